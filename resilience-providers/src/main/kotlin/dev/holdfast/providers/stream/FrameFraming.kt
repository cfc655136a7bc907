package dev.holdfast.providers.stream

import java.util.zip.CRC32

/**
 * AWS's binary event stream (`application/vnd.amazon.eventstream`). A frame is its length, the
 * length of its headers, a checksum of the two, the headers, the payload, and a checksum of all
 * that. Nothing of a frame counts before its checksum was right.
 */
internal class FrameFraming(
  private val reader: EventReader,
  private val state: StreamState,
  private val maxFrameBytes: Int,
) : Framing {
  private enum class Part {
    PRELUDE,
    HEADERS,
    PAYLOAD,
    CHECKSUM,
  }

  private val headers = FrameHeaders(reader.values)
  private val crc = CRC32()
  private val numbers = ByteArray(PRELUDE)
  private var part = Part.PRELUDE
  private var left = PRELUDE
  private var payload = 0

  override fun feed(bytes: ByteArray, from: Int, to: Int) {
    var index = from
    while (index < to && !state.over) {
      val end = minOf(to, index + left)
      when (part) {
        Part.PRELUDE -> copy(bytes, index, end, PRELUDE)
        Part.CHECKSUM -> copy(bytes, index, end, CHECKSUM)
        Part.HEADERS -> {
          crc.update(bytes, index, end - index)
          if (!headers.read(bytes, index, end)) bad()
        }
        Part.PAYLOAD -> {
          crc.update(bytes, index, end - index)
          reader.scanAll(bytes, index, end)
        }
      }
      left -= end - index
      index = end
      if (!state.over) goOn()
    }
  }

  override fun end() = Unit

  private fun copy(bytes: ByteArray, from: Int, to: Int, size: Int) {
    System.arraycopy(bytes, from, numbers, size - left, to - from)
  }

  /** Goes on to the next part that has bytes. */
  private fun goOn() {
    if (left > 0) return
    when (part) {
      Part.PRELUDE -> endPrelude()
      Part.HEADERS -> if (headers.complete) begin(Part.PAYLOAD, payload) else bad()
      Part.PAYLOAD -> begin(Part.CHECKSUM, CHECKSUM)
      Part.CHECKSUM -> endFrame()
    }
    if (!state.over && left == 0) goOn()
  }

  private fun endPrelude() {
    crc.reset()
    crc.update(numbers, 0, 2 * NUMBER)
    val total = number(0)
    val ofHeaders = number(NUMBER)
    if (crc.value != number(2 * NUMBER)) return bad()
    if (total > maxFrameBytes) return state.unreadable(StreamFault.TOO_LARGE)
    val rest = total - PRELUDE - CHECKSUM - ofHeaders
    if (rest < 0) return bad()
    crc.update(numbers, 2 * NUMBER, NUMBER)
    payload = rest.toInt()
    headers.reset()
    begin(Part.HEADERS, ofHeaders.toInt())
  }

  private fun endFrame() {
    if (crc.value != number(0)) return bad()
    reader.end()
    begin(Part.PRELUDE, PRELUDE)
  }

  private fun begin(next: Part, size: Int) {
    part = next
    left = size
  }

  private fun bad() = state.unreadable(StreamFault.BAD_FRAME)

  private fun number(at: Int): Long {
    var number = 0L
    for (index in at until at + NUMBER) number = number shl 8 or (numbers[index].toLong() and 0xFF)
    return number
  }

  private companion object {
    const val NUMBER = 4
    const val PRELUDE = 3 * NUMBER
    const val CHECKSUM = NUMBER
  }
}
