package dev.holdfast.providers.stream

/**
 * Reads one JSON document as its bytes come, in pieces of any size, and keeps nothing of it but
 * what its [Field]s ask for. It checks no more of the syntax than it needs to find them: what is
 * skipped is only counted in braces. Its memory does not depend on the document.
 */
internal class JsonScanner(
  private val root: Field,
  private val values: EventValues,
  private val nested: Base64Scanner?,
) {
  private val containers = arrayOfNulls<Field>(DEEPEST)
  private val arrays = BooleanArray(DEEPEST)
  private var depth = 0
  private val skipper = JsonSkipper()
  private val name = ByteArray(Field.LONGEST_NAME)
  private var nameLength = 0
  private var state = VALUE
  /** Of the value that comes next or is being read; null if nobody wants it. */
  private var field: Field? = root
  private var filled = false
  /** Where the value began. */
  private var begin = 0

  /** Whether nothing but spaces came. */
  val empty: Boolean
    get() = state == VALUE && depth == 0

  /** Whether this is no JSON. */
  val broken: Boolean
    get() = state == BROKEN

  /** Whether the document ended by itself, as everything but a number at its top does. */
  val whole: Boolean
    get() = state == COMPLETE

  /** Whether the document is whole now that nothing more comes. */
  fun complete(): Boolean {
    if (state == SCALAR && depth == 0) endText(begin)
    return state == COMPLETE
  }

  fun reset() {
    depth = 0
    state = VALUE
    field = root
  }

  /**
   * Reads on. Stops before a line break, which it leaves to the caller, after the end of the
   * document, and where it is no JSON. Returns the index that comes next.
   */
  fun scan(bytes: ByteArray, from: Int, to: Int): Int {
    var index = from
    while (index < to) {
      val byte = bytes[index].toInt()
      if (byte == LINE_FEED.toInt() || byte == RETURN.toInt()) return index
      index =
        when (state) {
          VALUE,
          VALUE_OR_END -> value(bytes, index, to, byte)
          NAME_OR_END,
          NAME -> name(bytes, index, to, byte)
          IN_NAME -> nameOn(bytes, index, to)
          NAME_ESCAPE -> nameEscaped(index)
          COLON -> colon(index, byte)
          TEXT -> text(bytes, index, to)
          TEXT_ESCAPE -> textEscaped(bytes, index)
          SCALAR -> scalar(bytes, index, to)
          AFTER_VALUE -> afterValue(index, byte)
          SKIPPING -> skip(bytes, index, to)
          COMPLETE -> if (isBlank(byte)) index + 1 else broken(index)
          else -> endOfLine(bytes, index, to)
        }
      if (state >= COMPLETE) return index
    }
    return index
  }

  private fun value(bytes: ByteArray, index: Int, to: Int, byte: Int): Int =
    when {
      byte == '"'.code -> beginText(bytes, index + 1, to)
      byte == '{'.code -> open(index, array = false)
      byte == '['.code -> open(index, array = true)
      isBlank(byte) -> index + 1
      byte == ']'.code && state == VALUE_OR_END -> close(index, array = true)
      beginsScalar(byte) -> beginScalar(byte, index)
      else -> broken(index)
    }

  private fun open(index: Int, array: Boolean): Int {
    val field = field
    if (field == null || depth == DEEPEST) {
      skipper.begin()
      state = SKIPPING
      return index + 1
    }
    if (!array) values.mark(field.objectMarks)
    containers[depth] = field
    arrays[depth] = array
    depth++
    state = if (array) VALUE_OR_END else NAME_OR_END
    return index + 1
  }

  private fun close(index: Int, array: Boolean): Int {
    if (depth == 0 || arrays[depth - 1] != array) return broken(index)
    depth--
    if (!array && containers[depth]!!.choices) values.endChoice()
    endValue()
    return index + 1
  }

  private fun endValue() {
    state = if (depth == 0) COMPLETE else AFTER_VALUE
  }

  private fun afterValue(index: Int, byte: Int): Int =
    when {
      byte == ','.code -> {
        if (arrays[depth - 1]) {
          field = containers[depth - 1]
          state = VALUE
        } else {
          state = NAME
        }
        index + 1
      }
      byte == '}'.code -> close(index, array = false)
      byte == ']'.code -> close(index, array = true)
      isBlank(byte) -> index + 1
      else -> broken(index)
    }

  private fun name(bytes: ByteArray, index: Int, to: Int, byte: Int): Int =
    when {
      byte == '"'.code -> member(bytes, index, to)
      isBlank(byte) -> index + 1
      byte == '}'.code && state == NAME_OR_END -> close(index, array = false)
      else -> broken(index)
    }

  /** Reads a name, and at once all members from there on that are simple and lie in these bytes. */
  private fun member(bytes: ByteArray, from: Int, to: Int): Int {
    val container = containers[depth - 1]!!
    var index = from
    while (true) {
      val end = endOfPlainText(bytes, index + 1, to)
      if (end == to || bytes[end] != QUOTE) {
        nameLength = 0
        state = IN_NAME
        return index + 1
      }
      val field = container.member(bytes, index + 1, end - index - 1)
      this.field = field
      if (end + 2 >= to || bytes[end + 1] != COLON_SIGN) {
        state = COLON
        return end + 1
      }
      val next = if (field == null) nextName(bytes, end + 2, to) else -1
      if (next < 0) {
        state = VALUE
        return end + 2
      }
      values.gaps.add(end + 2, next - 1)
      state = NAME
      index = next
    }
  }

  private fun nameOn(bytes: ByteArray, from: Int, to: Int): Int {
    val end = endOfPlainText(bytes, from, to)
    if (nameLength + end - from > name.size) {
      nameLength = TOO_LONG
    } else {
      System.arraycopy(bytes, from, name, nameLength, end - from)
      nameLength += end - from
    }
    if (end == to) return end
    when (bytes[end]) {
      QUOTE -> {
        field = containers[depth - 1]!!.member(name, 0, nameLength)
        state = COLON
      }
      BACKSLASH -> state = NAME_ESCAPE
      LINE_FEED,
      RETURN -> return end
      else -> nameLength = TOO_LONG
    }
    return end + 1
  }

  /** Nobody escapes the names that are wanted. */
  private fun nameEscaped(index: Int): Int {
    nameLength = TOO_LONG
    state = IN_NAME
    return index + 1
  }

  private fun colon(index: Int, byte: Int): Int {
    if (byte == ':'.code) state = VALUE else if (!isBlank(byte)) return broken(index)
    return index + 1
  }

  private fun beginText(bytes: ByteArray, from: Int, to: Int): Int {
    filled = false
    begin = from - 1
    field?.token?.let(values::begin)
    state = TEXT
    return text(bytes, from, to)
  }

  private fun text(bytes: ByteArray, from: Int, to: Int): Int {
    val end = endOfPlainText(bytes, from, to)
    if (end > from) keep(bytes, from, end)
    if (end == to) return end
    when (bytes[end]) {
      QUOTE -> endText(end + 1)
      BACKSLASH -> state = TEXT_ESCAPE
      LINE_FEED,
      RETURN -> return end
      else -> keep(bytes, end, end + 1)
    }
    return end + 1
  }

  private fun textEscaped(bytes: ByteArray, index: Int): Int {
    // Base64 has no escapes but that of the slash, which stands for itself.
    if (field?.nested == true) keep(bytes, index, index + 1) else filled = true
    field?.token?.let { values.escape(it, bytes[index]) }
    state = TEXT
    return index + 1
  }

  private fun keep(bytes: ByteArray, from: Int, to: Int) {
    filled = true
    val field = field
    if (field == null || field.onlyMarks) return
    field.token?.let { values.append(it, bytes, from, to) }
    if (field.nested) nested?.append(bytes, from, to)
  }

  private fun endText(end: Int) {
    val field = field
    if (field != null && filled) values.mark(field.marks)
    if (field == null || field.onlyMarks && filled) values.gaps.add(begin, end)
    endValue()
  }

  private fun beginScalar(byte: Int, index: Int): Int {
    filled = field?.fills(byte) == true
    begin = index
    field?.token?.let(values::begin)
    state = SCALAR
    return index
  }

  private fun scalar(bytes: ByteArray, from: Int, to: Int): Int {
    val end = endOfScalar(bytes, from, to)
    if (filled) field?.token?.let { values.append(it, bytes, from, end) }
    if (end < to && !isLineBreak(bytes[end])) endText(end)
    return end
  }

  private fun skip(bytes: ByteArray, from: Int, to: Int): Int {
    val end = skipper.skip(bytes, from, to)
    if (skipper.done) endValue()
    return end
  }

  private fun broken(index: Int): Int {
    state = BROKEN
    return index
  }

  private companion object {
    /** Deeper than any field; what lies deeper is skipped. */
    const val DEEPEST = 24
    const val TOO_LONG = 1 shl 20

    // The states; numbers, because an enum costs a look-up for every token.
    const val VALUE = 0
    const val VALUE_OR_END = 1
    const val NAME_OR_END = 2
    const val NAME = 3
    const val IN_NAME = 4
    const val NAME_ESCAPE = 5
    const val COLON = 6
    const val TEXT = 7
    const val TEXT_ESCAPE = 8
    const val SCALAR = 9
    const val AFTER_VALUE = 10
    const val SKIPPING = 11
    const val COMPLETE = 12
    const val BROKEN = 13
  }
}
