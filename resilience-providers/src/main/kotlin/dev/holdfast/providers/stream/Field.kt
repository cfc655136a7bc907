package dev.holdfast.providers.stream

/**
 * A member of the JSON of an event that a dialect wants to see, with those of its members that it
 * wants to see. Arrays do not count as a level: the members of the objects in an array are found
 * under the array's own field.
 */
internal class Field private constructor(private val name: ByteArray) {
  private var members: Array<Field> = emptyArray()

  /** Where the value goes if it is short; null if its text is not wanted. */
  var token: Token? = null
    private set

  /** The marks that the event gets if the value is a filled text, a number or true. */
  var marks: Int = 0
    private set

  /** The same if it is an object: whether one has content, those of its members say. */
  val objectMarks: Int
    get() = if (members.isEmpty()) marks else marks and Mark.CONTENT.inv()

  /** Whether each object in the array stands for one of several answers. */
  var choices: Boolean = false
    private set

  /** Whether the value is another event in base64. */
  var nested: Boolean = false
    private set

  /** Whether only the marks of the value are wanted. */
  val onlyMarks: Boolean
    get() = token == null && !nested

  /** The member of this name; null if nobody wants to see it. */
  fun member(bytes: ByteArray, from: Int, length: Int): Field? {
    for (member in members) {
      val name = member.name
      if (name.size == length && matches(name, bytes, from)) return member
    }
    return null
  }

  private fun matches(name: ByteArray, bytes: ByteArray, from: Int): Boolean {
    for (index in name.indices) if (name[index] != bytes[from + index]) return false
    return true
  }

  private fun at(path: String): Field =
    path.split('.').fold(this) { field, part ->
      val name = part.toByteArray()
      field.members.firstOrNull { it.name.contentEquals(name) }
        ?: Field(name).also { field.members += it }
    }

  /** Builds the fields of a dialect; paths are names with dots between them. */
  class Tree {
    private val root = Field(ByteArray(0))

    fun token(token: Token, vararg paths: String) = paths.forEach { root.at(it).token = token }

    fun marks(marks: Int, vararg paths: String) =
      paths.forEach { path -> root.at(path).let { it.marks = it.marks or marks } }

    fun choices(path: String) {
      root.at(path).choices = true
    }

    fun nested(path: String) {
      root.at(path).nested = true
    }

    fun root(): Field = root
  }

  companion object {
    /** Names that are longer are nobody's. */
    const val LONGEST_NAME = 48

    fun tree(build: Tree.() -> Unit): Field = Tree().apply(build).root()
  }
}
