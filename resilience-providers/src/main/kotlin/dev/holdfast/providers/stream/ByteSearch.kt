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
internal fun endOfPlainText(bytes: ByteArray, from: Int, to: Int): Int =
  first(
    bytes,
    from,
    to,
    { hits(it, QUOTES) or hits(it, BACKSLASHES) or ((it - SPACES) and it.inv()) },
  ) {
    it == QUOTE || it == BACKSLASH || it.toInt() in 0..0x1F
  }

/** The index of the first line feed or carriage return; [to] if there is none. */
internal fun endOfLine(bytes: ByteArray, from: Int, to: Int): Int =
  first(bytes, from, to, { hits(it, LINE_FEEDS) or hits(it, RETURNS) }, ::isLineBreak)

/** The high bits of the bytes that are those of [wanted]; of bytes above the lowest, maybe more. */
private fun hits(word: Long, wanted: Long): Long {
  val equal = word xor wanted
  return (equal - ONES) and equal.inv()
}

private inline fun first(
  bytes: ByteArray,
  from: Int,
  to: Int,
  hits: (Long) -> Long,
  isHit: (Byte) -> Boolean,
): Int {
  var index = from
  while (index <= to - Long.SIZE_BYTES) {
    // A borrow can only set bits above a true hit, and only the lowest one is taken.
    val found = hits(LONGS.get(bytes, index) as Long) and HIGHS
    if (found != 0L) return index + (found.countTrailingZeroBits() ushr 3)
    index += Long.SIZE_BYTES
  }
  while (index < to && !isHit(bytes[index])) index++
  return index
}
