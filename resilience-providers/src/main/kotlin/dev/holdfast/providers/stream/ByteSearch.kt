package dev.holdfast.providers.stream

import java.lang.invoke.MethodHandles
import java.lang.invoke.VarHandle
import java.nio.ByteOrder

private const val ONES = 0x0101010101010101L
private const val HIGHS = ONES shl 7
private const val QUOTES = ONES * 0x22
private const val BACKSLASHES = ONES * 0x5C
private const val SPACES = ONES * 0x20
private const val LINE_FEEDS = ONES * 0x0A
private const val RETURNS = ONES * 0x0D

private val LONGS: VarHandle =
  MethodHandles.byteArrayViewVarHandle(LongArray::class.java, ByteOrder.LITTLE_ENDIAN)

/**
 * The index of the first quote, backslash or control character; [to] if there is none. Looks at
 * eight bytes at a time: content is most of a stream, and it is only passed over.
 */
internal fun endOfPlainText(bytes: ByteArray, from: Int, to: Int): Int {
  var index = from
  while (index <= to - Long.SIZE_BYTES) {
    val word = LONGS.get(bytes, index) as Long
    val quotes = word xor QUOTES
    val backslashes = word xor BACKSLASHES
    // A borrow can only set bits above a true hit, and only the lowest one is taken.
    val hits =
      (((quotes - ONES) and quotes.inv()) or
        ((backslashes - ONES) and backslashes.inv()) or
        ((word - SPACES) and word.inv())) and HIGHS
    if (hits != 0L) return index + (hits.countTrailingZeroBits() ushr 3)
    index += Long.SIZE_BYTES
  }
  while (index < to) {
    val byte = bytes[index].toInt()
    if (byte == '"'.code || byte == '\\'.code || byte in 0..0x1F) return index
    index++
  }
  return to
}

/** The index of the first line feed or carriage return; [to] if there is none. */
internal fun endOfLine(bytes: ByteArray, from: Int, to: Int): Int {
  var index = from
  while (index <= to - Long.SIZE_BYTES) {
    val word = LONGS.get(bytes, index) as Long
    val feeds = word xor LINE_FEEDS
    val returns = word xor RETURNS
    val hits = (((feeds - ONES) and feeds.inv()) or ((returns - ONES) and returns.inv())) and HIGHS
    if (hits != 0L) return index + (hits.countTrailingZeroBits() ushr 3)
    index += Long.SIZE_BYTES
  }
  while (index < to && bytes[index] != '\n'.code.toByte() && bytes[index] != '\r'.code.toByte()) {
    index++
  }
  return index
}
