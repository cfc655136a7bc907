package dev.holdfast.providers.body

import java.util.Arrays

/**
 * Bytes of UTF-8 as a text that is not decoded. What JSON is made of is ASCII, and no byte of any
 * other character looks like it; so the structure can be read byte by byte, and only a part that is
 * taken out of it becomes characters.
 */
internal class Utf8Text(
  private val bytes: ByteArray,
  private val start: Int,
  override val length: Int,
) : CharSequence {

  override fun get(index: Int): Char = (bytes[start + index].toInt() and 0xff).toChar()

  override fun subSequence(startIndex: Int, endIndex: Int): String =
    String(bytes, start + startIndex, endIndex - startIndex, Charsets.UTF_8)

  /** Where the first quote or backslash from [from] on is; [to] if none is before that. */
  fun quoteOrBackslash(from: Int, to: Int): Int {
    for (at in from until to) {
      val byte = bytes[start + at]
      if (byte == QUOTE || byte == BACKSLASH) return at
    }
    return to
  }

  override fun toString(): String = subSequence(0, length)

  companion object {
    private const val QUOTE = '"'.code.toByte()
    private const val BACKSLASH = '\\'.code.toByte()
    private val BYTE_ORDER_MARK = byteArrayOf(0xEF.toByte(), 0xBB.toByte(), 0xBF.toByte())

    /** The text in this part of [bytes], without the mark that it may begin with. */
    fun of(bytes: ByteArray, from: Int, to: Int): Utf8Text {
      val mark = BYTE_ORDER_MARK.size
      val isMarked =
        to - from >= mark && Arrays.equals(bytes, from, from + mark, BYTE_ORDER_MARK, 0, mark)
      val start = if (isMarked) from + mark else from
      return Utf8Text(bytes, start, to - start)
    }
  }
}
