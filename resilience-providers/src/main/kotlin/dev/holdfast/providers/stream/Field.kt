package dev.holdfast.providers.stream

/**
 * A member of the JSON of an event that a dialect wants to see, with those of its members that it
 * wants to see. Arrays do not count as a level: the members of the objects in an array are found
 * under the array's own field.
 */
internal class Field private constructor(private val name: ByteArray) {
  private var members: Array<Field> = emptyArray()

  /** What stands for all members that have no field; null if nobody wants to see them. */
  private var rest: Field? = null

  /** Where the value goes if it is short; null if its text is not wanted. */
  var token: Token? = null
    private set

  /** The marks that the event gets if the value is a filled text, a number or true. */
  var marks: Int = 0
    private set

  /** The same if it is an object: whether it has content or is an error, its members say. */
  val objectMarks: Int
    get() = if (members.isEmpty() && rest == null) marks else marks and OF_MEMBERS.inv()

  /** Whether each object in the array stands for one of several answers. */
  var choices: Boolean = false
    private set

  /** Whether the value is another event in base64. */
  var nested: Boolean = false
    private set

  /** Whether only the marks of the value are wanted. */
  val onlyMarks: Boolean
    get() = token == null && !nested

  /** Whether a number or a word that begins so is a value. An error of zero is none. */
  fun fills(byte: Int): Boolean =
    byte != 'n'.code && byte != 'f'.code && (byte != '0'.code || !isError || members.isEmpty())

  private val isError: Boolean
    get() = marks and Mark.ERROR != 0

  /** The member of this name; null if nobody wants to see it. */
  fun member(bytes: ByteArray, from: Int, length: Int): Field? {
    for (member in members) {
      val name = member.name
      if (name.size == length && matches(name, bytes, from)) return member
    }
    return rest
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

  /** Whatever is in an error says that it is one, and an empty one says nothing. */
  private fun spreadErrors() {
    if (isError) {
      rest = PART_OF_ERROR
      members.forEach { it.marks = it.marks or Mark.ERROR }
    }
    members.forEach { it.spreadErrors() }
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

    fun root(): Field = root.also { it.spreadErrors() }
  }

  companion object {
    /** Names that are longer are nobody's. */
    const val LONGEST_NAME = 48

    private const val OF_MEMBERS = Mark.CONTENT or Mark.ERROR

    private val PART_OF_ERROR =
      Field(ByteArray(0)).apply {
        marks = Mark.ERROR
        rest = this
      }

    fun tree(build: Tree.() -> Unit): Field = Tree().apply(build).root()
  }
}
