package dev.holdfast.examples.drill

import java.io.PrintStream
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * Where the drill tells how it goes. A terminal gets one line that is written over and over; what
 * is not one, such as a file, gets that line every few seconds.
 */
internal class Console(private val out: PrintStream, private val isTerminal: Boolean) {
  private var status = ""
  private var nextStatus: TimeMark = TimeSource.Monotonic.markNow()

  /** Prints a line that stays. */
  @Synchronized
  fun line(text: String) {
    clear()
    out.println(text)
    if (status.isNotEmpty()) draw()
  }

  /** Replaces the line that tells the progress; an empty one removes it. */
  @Synchronized
  fun status(text: String) {
    if (isTerminal) {
      clear()
      status = text
      draw()
    } else if (text.isNotEmpty() && nextStatus.hasPassedNow()) {
      nextStatus = TimeSource.Monotonic.markNow() + INTERVAL
      out.println(text)
    }
  }

  private fun clear() {
    if (isTerminal) out.print("\r$ERASE_LINE")
  }

  private fun draw() {
    out.print(status.take(WIDTH))
    out.flush()
  }

  private companion object {
    const val ERASE_LINE = "\u001b[2K"

    /** A line that wraps could not be erased. */
    const val WIDTH = 100
    val INTERVAL = 5.seconds
  }
}
