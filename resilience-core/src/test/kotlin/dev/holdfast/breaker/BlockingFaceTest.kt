package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.nio.channels.ClosedByInterruptException
import java.time.Duration

class BlockingFaceTest :
  FunSpec({
    afterTest { Thread.interrupted() }

    fun probing(): CircuitBreaker {
      val time = ManualTime()
      return testBreaker(time).apply { tripAndWait(time) }
    }

    test("a caller who is interrupted in the call has no opinion") {
      val breaker = probing()

      shouldThrow<InterruptedException> {
        breaker.call<Unit, Exception> { throw InterruptedException() }
      }

      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("whatever the call throws when its thread is interrupted, it has no opinion") {
      val breaker = probing()

      shouldThrow<ClosedByInterruptException> {
        breaker.call<Unit, Exception> {
          Thread.currentThread().interrupt()
          throw ClosedByInterruptException()
        }
      }

      Thread.interrupted() shouldBe true
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a caller who was interrupted before the call has no opinion when it fails") {
      val breaker = probing()
      Thread.currentThread().interrupt()

      shouldThrow<IOException> { breaker.call<Unit, Exception> { throw IOException() } }

      Thread.interrupted() shouldBe true
      breaker.state() shouldBe HALF_OPEN
    }

    test("an answer is a success although the thread was interrupted, and it stays interrupted") {
      val breaker = probing()

      breaker.call<String, Exception> { "answer".also { Thread.currentThread().interrupt() } }

      Thread.interrupted() shouldBe true
      breaker.state() shouldBe CLOSED
    }

    test("null is an answer") { testBreaker().call<String?, Exception> { null } shouldBe null }

    test(
      "a caller that never settles its permit costs nothing in CLOSED, and the lease if a probe"
    ) {
      val time = ManualTime()
      val breaker = testBreaker(time)
      repeat(100) { breaker.acquire() }
      breaker.tripAndWait(time)

      breaker.acquire()
      breaker.tryAcquire() shouldBe null
      time.advance(Duration.ofMinutes(2))

      breaker.acquire().success()
      breaker.state() shouldBe CLOSED
    }
  })
