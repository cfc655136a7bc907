package dev.holdfast.providers.stream

internal const val LINE_FEED: Byte = 0x0A
internal const val RETURN: Byte = 0x0D
internal const val QUOTE: Byte = 0x22
internal const val BACKSLASH: Byte = 0x5C
internal const val COLON_SIGN: Byte = 0x3A
internal const val COMMA: Byte = 0x2C
internal const val OBJECT: Byte = 0x7B
internal const val OBJECT_END: Byte = 0x7D
internal const val ARRAY: Byte = 0x5B
internal const val ARRAY_END: Byte = 0x5D

internal fun isLineBreak(byte: Byte): Boolean = byte == LINE_FEED || byte == RETURN

internal fun isBlank(byte: Int): Boolean = byte == ' '.code || byte == '\t'.code

/** Whether a number, true, false or null may begin so. */
internal fun beginsScalar(byte: Int): Boolean =
  byte in '0'.code..'9'.code ||
    byte == '-'.code ||
    byte == 't'.code ||
    byte == 'f'.code ||
    byte == 'n'.code

/** Whether a number, true, false or null may hold it. */
internal fun isScalar(byte: Int): Boolean =
  byte in '0'.code..'9'.code ||
    byte in 'a'.code..'z'.code ||
    byte in 'A'.code..'Z'.code ||
    byte == '-'.code ||
    byte == '+'.code ||
    byte == '.'.code

internal fun endOfScalar(bytes: ByteArray, from: Int, to: Int): Int {
  var end = from
  while (end < to && isScalar(bytes[end].toInt())) end++
  return end
}

/** Where the next name begins after a value that is not wanted; -1 unless the value is simple. */
internal fun nextName(bytes: ByteArray, from: Int, to: Int): Int {
  var end = from
  if (bytes[from] == QUOTE) {
    end = endOfPlainText(bytes, from + 1, to)
    if (end == to || bytes[end] != QUOTE) return -1
    end++
  } else if (beginsScalar(bytes[from].toInt())) {
    end = endOfScalar(bytes, from, to)
  }
  return if (end > from && end + 1 < to && bytes[end] == COMMA && bytes[end + 1] == QUOTE) end + 1
  else -1
}
