package dev.holdfast.thrown

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs

class InterruptsTest :
  FunSpec({
    test("an interrupt becomes a cancellation, and the thread stays interrupted") {
      val interrupt = InterruptedException()

      val cancelled = Interrupts.cancelled("interrupted while waiting", interrupt)

      Thread.interrupted() shouldBe true
      cancelled shouldHaveMessage "interrupted while waiting"
      cancelled.cause shouldBeSameInstanceAs interrupt
    }
  })
