package dev.holdfast.testkit

private const val LONGEST_WAIT_MILLIS = 5_000L

/** Waits for the end of [thread], unless it is the calling one or holds out in a script. */
internal fun awaitEnd(thread: Thread) {
  if (thread === Thread.currentThread()) return
  try {
    thread.join(LONGEST_WAIT_MILLIS)
  } catch (_: InterruptedException) {
    Thread.currentThread().interrupt()
  }
}
