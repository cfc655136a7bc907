package dev.holdfast.providers.stream

/**
 * The beginning of an event whose rest is in the next bytes, kept so that the event can be compared
 * as a whole. It holds no line break, so nothing that it says counts yet.
 */
internal class EventTail {
  private var kept: ByteArray? = null

  var length: Int = 0
    private set

  val bytes: ByteArray
    get() = kept ?: ByteArray(2 * LONGEST).also { kept = it }

  /** Keeps these bytes, too; false if they are too many or hold a line break. */
  fun add(from: ByteArray, begin: Int, end: Int): Boolean {
    val fits = length + end - begin <= LONGEST && endOfLine(from, begin, end) == end
    if (fits) {
      System.arraycopy(from, begin, bytes, length, end - begin)
      length += end - begin
    }
    return fits
  }

  /** Puts bytes behind those that are kept, without keeping them; the index after the last. */
  fun join(from: ByteArray, begin: Int, end: Int): Int {
    val joined = minOf(end - begin, bytes.size - length)
    System.arraycopy(from, begin, bytes, length, joined)
    return length + joined
  }

  fun clear() {
    length = 0
  }

  private companion object {
    const val LONGEST = EventPattern.LONGEST
  }
}
