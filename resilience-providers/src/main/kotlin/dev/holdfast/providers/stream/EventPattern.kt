package dev.holdfast.providers.stream

import java.util.Arrays

/**
 * What an event looks like that only brought content: its bytes, and the [Gaps] in them. Nearly all
 * events of a stream differ in nothing but their content, so they are told by comparing, which is
 * several times faster than reading them. Only events that lie whole in one piece are compared.
 */
internal class EventPattern {
  private val bytes = ByteArray(LONGEST)
  private val gaps = Gaps()
  private var length = 0

  /** Takes the event between these indexes for the pattern, unless it is too long. */
  fun learn(bytes: ByteArray, from: Int, to: Int, gaps: Gaps) {
    if (to - from > LONGEST) return
    length = to - from
    System.arraycopy(bytes, from, this.bytes, 0, length)
    this.gaps.copy(gaps, from)
  }

  /** Whether there is none. */
  val empty: Boolean
    get() = length == 0

  fun forget() {
    length = 0
  }

  /** The index after the event that begins here if it is like the pattern; -1 if it may not be. */
  fun match(bytes: ByteArray, from: Int, to: Int): Int {
    if (empty) return -1
    var index = from
    var known = 0
    var gap = 0
    while (true) {
      val left = length - known
      val end = index + minOf(left, to - index)
      val same = Arrays.mismatch(this.bytes, known, length, bytes, index, end)
      if (same < 0) return end
      // What comes before the difference is equal, so the gap begins in both at the same place.
      while (gap < gaps.size && gaps.end(gap) < known + same) gap++
      if (gap == gaps.size || gaps.begin(gap) > known + same) return -1
      index = endOfValue(bytes, index + gaps.begin(gap) - known, to)
      if (index < 0) return -1
      known = gaps.end(gap++)
    }
  }

  /**
   * The index after a filled text or a number; -1 if there is neither, or it needs a closer look.
   */
  private fun endOfValue(bytes: ByteArray, from: Int, to: Int): Int {
    if (from == to) return -1
    if (bytes[from] == QUOTE) {
      val end = endOfText(bytes, from + 1, to)
      return if (end == from + 2) -1 else end
    }
    return if (bytes[from].toInt() in '0'.code..'9'.code) endOfScalar(bytes, from, to) else -1
  }

  private fun endOfText(bytes: ByteArray, from: Int, to: Int): Int {
    var index = from
    while (true) {
      index = endOfPlainText(bytes, index, to)
      if (index == to) return -1
      if (bytes[index] == QUOTE) return index + 1
      if (bytes[index] != BACKSLASH || index + 1 == to || isLineBreak(bytes[index + 1])) return -1
      index += 2
    }
  }

  companion object {
    /** Longer events are mostly content, which is passed over quickly anyway. */
    const val LONGEST = 1024
  }
}
