package dev.holdfast.time

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit.SECONDS

class SystemTimeTest :
  FunSpec({
    val time = Time.system()

    test("a task runs once its time has come, on another thread") {
      val since = time.nanoTime()
      val ran = CompletableFuture<Thread>()

      time.schedule(Duration.ofMillis(5)) { ran.complete(Thread.currentThread()) }

      ran.get(20, SECONDS) shouldNotBe Thread.currentThread()
      time.nanoTime() - since shouldBeGreaterThanOrEqual 5_000_000
    }

    test("the thread that keeps the waits does not run the tasks") {
      val name = CompletableFuture<String>()

      time.schedule(Duration.ZERO) { name.complete(Thread.currentThread().name) }

      name.get(20, SECONDS) shouldNotBe "CompletableFutureDelayScheduler"
    }

    test("a cancelled task does not run") {
      val delay = Duration.ofMillis(20)
      fun cancelInTime(): CompletableFuture<Unit>? {
        val ran = CompletableFuture<Unit>()
        val since = time.nanoTime()
        time.schedule(delay) { ran.complete(Unit) }.cancel()
        return ran.takeIf { time.nanoTime() - since < delay.toNanos() }
      }
      val ran = generateSequence { Unit }.firstNotNullOf { cancelInTime() }
      val later = CompletableFuture<Unit>()

      time.schedule(delay.multipliedBy(2)) { later.complete(Unit) }
      later.get(20, SECONDS)

      ran.isDone shouldBe false
    }

    test("a task may be cancelled again, also after it ran, and a wait of centuries is accepted") {
      val ran = CompletableFuture<Unit>()
      val task = time.schedule(Duration.ZERO) { ran.complete(Unit) }
      ran.get(20, SECONDS)

      task.cancel()
      task.cancel()
      time.schedule(Duration.ofSeconds(Long.MAX_VALUE)) {}.cancel()
    }

    for (duration in listOf(Duration.ofDays(1), Duration.ZERO)) {
      test("an interrupted thread does not sleep for $duration") {
        Thread.currentThread().interrupt()

        shouldThrow<InterruptedException> { time.sleep(duration) }

        Thread.interrupted() shouldBe false
      }
    }

    test("no sleep is shorter than asked for") {
      val since = time.nanoTime()

      time.sleep(Duration.ofMillis(2))

      time.nanoTime() - since shouldBeGreaterThanOrEqual 2_000_000
    }
  })
