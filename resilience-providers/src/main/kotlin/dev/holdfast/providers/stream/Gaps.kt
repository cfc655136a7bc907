package dev.holdfast.providers.stream

/**
 * Where in an event, in their order, the values lie that could be others without changing what it
 * means: texts and numbers that nobody wants, and content, of which only counts that there is some.
 */
internal class Gaps {
  private val bounds = IntArray(2 * MOST)

  var size: Int = 0
    private set

  fun begin(gap: Int): Int = bounds[2 * gap]

  fun end(gap: Int): Int = bounds[2 * gap + 1]

  /** Adds a value. Those that are too many are left out: they have to stay as they are then. */
  fun add(begin: Int, end: Int) {
    if (size == MOST) return
    bounds[2 * size] = begin
    bounds[2 * size + 1] = end
    size++
  }

  fun clear() {
    size = 0
  }

  /** Becomes a copy of others, counted from the beginning of their event. */
  fun copy(others: Gaps, event: Int) {
    clear()
    for (gap in 0 until others.size) add(others.begin(gap) - event, others.end(gap) - event)
  }

  private companion object {
    const val MOST = 24
  }
}
