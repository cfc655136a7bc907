package dev.holdfast.providers.stream

/**
 * A JSON document where a stream was expected: Gemini's array of chunks, or an error. The elements
 * of an array at the top are the events, and so is an object at the top. If no error is found in
 * it, it is no stream, unless the dialect knows this form.
 */
internal class JsonFraming(
  private val reader: EventReader,
  private val state: StreamState,
  private val expected: Boolean,
  private val maxEventBytes: Int,
) : Framing {
  private var inElement = false
  private var inArray = false
  private var began = false
  private var closed = false
  private var size = 0L

  override fun feed(bytes: ByteArray, from: Int, to: Int) {
    var index = from
    while (index < to && !state.over && !closed) {
      val begin = index
      index = if (inElement) element(bytes, index, to) else between(bytes, index)
      if (inElement) size += index - begin
      when {
        size > maxEventBytes -> state.unreadable(StreamFault.TOO_LARGE)
        reader.broken -> notJson()
        inElement && reader.whole -> endElement()
      }
    }
  }

  override fun end() = Unit

  private fun between(bytes: ByteArray, index: Int): Int {
    val char = bytes[index].toInt().toChar()
    when {
      char.isWhitespace() -> return index + 1
      char == '[' && !began -> inArray = true
      char == ']' && inArray -> close()
      char == ',' && inArray -> return index + 1
      else -> {
        began = true
        inElement = true
        return index
      }
    }
    began = true
    return index + 1
  }

  private fun element(bytes: ByteArray, index: Int, to: Int): Int {
    val next = reader.scan(bytes, index, to)
    return if (next < to && !reader.whole && isLineBreak(bytes[next])) next + 1 else next
  }

  private fun endElement() {
    inElement = false
    size = 0
    reader.end()
    if (!inArray) close()
  }

  /** Where an element is no JSON, nobody knows where it ends. */
  private fun notJson() =
    state.unreadable(if (expected) StreamFault.NOT_JSON else StreamFault.NOT_A_STREAM)

  private fun close() {
    closed = true
    if (!expected) state.unreadable(StreamFault.NOT_A_STREAM)
  }
}
