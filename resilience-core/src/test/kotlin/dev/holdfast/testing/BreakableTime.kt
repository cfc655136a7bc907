package dev.holdfast.testing

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time

/** A clock that cannot be read any more once it is broken; [broken] is what it throws then. */
class BreakableTime(private val broken: Throwable, val manual: ManualTime = ManualTime()) :
  Time by manual {
  var isBroken: Boolean = false

  override fun nanoTime(): Long = if (isBroken) throw broken else manual.nanoTime()
}
