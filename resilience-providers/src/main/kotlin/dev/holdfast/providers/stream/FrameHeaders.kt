package dev.holdfast.providers.stream

import java.util.Arrays

/** Reads the headers of a frame of AWS's event stream as their bytes come. */
internal class FrameHeaders(private val values: EventValues) {
  private enum class Part {
    NAME_LENGTH,
    NAME,
    TYPE,
    VALUE_LENGTH,
    VALUE,
  }

  private var part = Part.NAME_LENGTH
  private var left = 0
  private var length = 0
  private val name = ByteArray(LONGEST_NAME)
  private var nameLength = 0
  private var token: Token? = null

  /** Whether the headers end here as they should. */
  val complete: Boolean
    get() = part == Part.NAME_LENGTH

  fun reset() {
    part = Part.NAME_LENGTH
  }

  /** Reads these bytes; false if they are no headers. */
  fun read(bytes: ByteArray, from: Int, to: Int): Boolean {
    var index = from
    while (index < to) {
      val byte = bytes[index].toInt() and 0xFF
      when (part) {
        Part.NAME_LENGTH -> if (byte == 0) return false else beginName(byte)
        Part.NAME -> readName(bytes[index])
        Part.TYPE -> if (!beginValue(byte)) return false
        Part.VALUE_LENGTH -> {
          length = length shl 8 or byte
          if (--left == 0) expect(length)
        }
        Part.VALUE -> {
          val end = minOf(to, index + left)
          token?.let { values.append(it, bytes, index, end) }
          left -= end - index
          if (left == 0) part = Part.NAME_LENGTH
          index = end - 1
        }
      }
      index++
    }
    return true
  }

  private fun beginName(size: Int) {
    left = size
    nameLength = 0
    part = Part.NAME
  }

  private fun readName(byte: Byte) {
    if (nameLength < LONGEST_NAME) name[nameLength] = byte
    nameLength++
    if (--left == 0) part = Part.TYPE
  }

  private fun beginValue(type: Int): Boolean {
    token = if (type == TEXT) wanted() else null
    token?.let(values::begin)
    when (type) {
      0,
      1 -> part = Part.NAME_LENGTH
      2 -> expect(1)
      3 -> expect(2)
      4 -> expect(4)
      5,
      8 -> expect(8)
      9 -> expect(16)
      6,
      TEXT -> {
        left = 2
        length = 0
        part = Part.VALUE_LENGTH
      }
      else -> return false
    }
    return true
  }

  private fun wanted(): Token? =
    when {
      isNamed(MESSAGE_TYPE) -> Token.FRAME
      isNamed(EVENT_TYPE) -> Token.NAME
      isNamed(EXCEPTION_TYPE) || isNamed(ERROR_CODE) -> Token.ERROR_TYPE
      isNamed(ERROR_MESSAGE) -> Token.ERROR_MESSAGE
      else -> null
    }

  private fun isNamed(wanted: ByteArray): Boolean =
    nameLength == wanted.size && Arrays.equals(name, 0, nameLength, wanted, 0, nameLength)

  private fun expect(size: Int) {
    left = size
    part = if (size == 0) Part.NAME_LENGTH else Part.VALUE
  }

  private companion object {
    const val LONGEST_NAME = 16
    const val TEXT = 7

    // Compared as bytes, because every frame has some, and a text for each would be garbage.
    val MESSAGE_TYPE = ":message-type".toByteArray()
    val EVENT_TYPE = ":event-type".toByteArray()
    val EXCEPTION_TYPE = ":exception-type".toByteArray()
    val ERROR_CODE = ":error-code".toByteArray()
    val ERROR_MESSAGE = ":error-message".toByteArray()
  }
}
