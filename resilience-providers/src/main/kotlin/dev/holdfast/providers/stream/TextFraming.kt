package dev.holdfast.providers.stream

/** Looks at the first bytes that mean something and decides what the stream is written in. */
internal class TextFraming(
  private val events: Framing,
  private val json: Framing,
  private val state: StreamState,
) : Framing {
  private var chosen: Framing? = null
  private var mark = 0

  override fun feed(bytes: ByteArray, from: Int, to: Int) {
    var index = from
    while (chosen == null && index < to) {
      val byte = bytes[index]
      when {
        mark in 0..2 && byte == BYTE_ORDER_MARK[mark] -> mark++
        byte == ' '.code.toByte() || byte == '\t'.code.toByte() || isLineBreak(byte) -> mark = -1
        byte == '<'.code.toByte() -> {
          state.unreadable(StreamFault.NOT_A_STREAM)
          return
        }
        byte == '{'.code.toByte() || byte == '['.code.toByte() -> chosen = json
        else -> chosen = events
      }
      if (chosen == null) index++
    }
    chosen?.feed(bytes, index, to)
  }

  override fun end() {
    chosen?.end()
  }

  private companion object {
    val BYTE_ORDER_MARK = byteArrayOf(0xEF.toByte(), 0xBB.toByte(), 0xBF.toByte())
  }
}
