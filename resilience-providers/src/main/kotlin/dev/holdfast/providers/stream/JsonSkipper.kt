package dev.holdfast.providers.stream

/** Passes over an object or an array that nobody wants to see, and only counts its brackets. */
internal class JsonSkipper {
  private var depth = 0
  private var inText = false
  private var escaped = false

  /** Whether the end was reached. */
  val done: Boolean
    get() = depth == 0

  /** The first bracket was read. */
  fun begin() {
    depth = 1
    inText = false
    escaped = false
  }

  /** Reads on, and stops before a line break and after the last bracket. */
  fun skip(bytes: ByteArray, from: Int, to: Int): Int {
    var index = from
    while (index < to) {
      if (inText) {
        index = endOfText(bytes, index, to)
        if (index == to) return index
      }
      when (bytes[index]) {
        QUOTE -> inText = true
        OBJECT,
        ARRAY -> depth++
        OBJECT_END,
        ARRAY_END -> if (--depth == 0) return index + 1
        LINE_FEED,
        RETURN -> return index
      }
      index++
    }
    return index
  }

  /** The index after the text, or that of a line break in it. */
  private fun endOfText(bytes: ByteArray, from: Int, to: Int): Int {
    var index = from
    while (index < to) {
      if (escaped) {
        if (isLineBreak(bytes[index])) return index
        escaped = false
        index++
        continue
      }
      index = endOfPlainText(bytes, index, to)
      if (index == to || isLineBreak(bytes[index])) return index
      if (bytes[index] == QUOTE) {
        inText = false
        return index + 1
      }
      escaped = bytes[index] == BACKSLASH
      index++
    }
    return index
  }
}
