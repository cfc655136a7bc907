package dev.holdfast.breaker

import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.bulkhead.shouldBeWhole
import dev.holdfast.bulkhead.testBulkhead
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.retrying
import dev.holdfast.testing.testBreaker
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.MILLISECONDS
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile

/** On a JDK without virtual threads there is nothing to test. */
class VirtualThreadsTest :
  FunSpec({
    test("a virtual thread that is pinned is seen").config(
      enabled = Runtime.version().feature() in 21..25
    ) {
      pinnedDuring { virtualThreads().use { threads -> threads.execute { Pinned.toString() } } }
        .shouldNotBeEmpty()
    }

    test("ten thousand virtual threads wait for a slot and for a retry, and none is pinned").config(
      enabled = Runtime.version().feature() >= 21
    ) {
      val calls = 10_000
      // Whoever is the first to use a class may wait for it, pinned by the JDK.
      waitForSlots(10)

      val pinned = pinnedDuring { waitForSlots(calls) shouldBe calls }

      pinned.shouldBeEmpty()
    }

    test("ten thousand virtual threads wait inside a breaker at once, and none is pinned").config(
      enabled = Runtime.version().feature() >= 21
    ) {
      val breaker = testBreaker()
      val calls = 10_000
      val inside = CountDownLatch(calls)
      val goOn = CountDownLatch(1)
      val answers = AtomicInteger()

      val pinned = pinnedDuring {
        virtualThreads().use { threads ->
          repeat(calls) {
            threads.execute {
              breaker.call<Unit, InterruptedException> {
                inside.countDown()
                goOn.await()
              }
              answers.incrementAndGet()
            }
          }
          inside.await(60, SECONDS) shouldBe true
          goOn.countDown()
        }
      }

      answers.get() shouldBe calls
      breaker.failures() shouldBe 0
      pinned.shouldBeEmpty()
    }
  })

/**
 * As many calls that wait for a slot, fail, and wait for a second one; tells how many succeeded.
 */
private fun waitForSlots(calls: Int): Int {
  val bulkhead =
    testBulkhead(Time.system()) {
      maxConcurrentCalls(10).maxQueue(calls).maxWait(Duration.ofSeconds(60))
    }
  val retry = retrying(Time.system(), 2) { backoff(Backoff.fixed(Duration.ofMillis(1))) }
  val slots = List(10) { bulkhead.acquire() }
  val answers = AtomicInteger()
  virtualThreads().use { threads ->
    repeat(calls) {
      threads.execute {
        var attempts = 0
        retry.call<Unit, IOException> {
          bulkhead.call<Unit, IOException> { if (attempts++ == 0) throw IOException() }
        }
        answers.incrementAndGet()
      }
    }
    awaitUntil { bulkhead.snapshot().queued() == calls }
    slots.forEach { it.close() }
  }
  bulkhead.shouldBeWhole()
  return answers.get()
}

/** Whoever waits while a class is made holds its carrier; a JDK after 25 may help. */
private object Pinned {
  init {
    LockSupport.parkNanos(MILLISECONDS.toNanos(20))
  }
}

/** By reflection, because the tests are compiled for a JDK that has none. */
private fun virtualThreads(): ClosingExecutor =
  ClosingExecutor(
    Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)
      as ExecutorService
  )

/** An executor is closeable only on newer JDKs. */
private class ClosingExecutor(private val executor: ExecutorService) :
  ExecutorService by executor, AutoCloseable {
  override fun close() {
    shutdown()
    awaitTermination(60, SECONDS) shouldBe true
  }
}

/** The events that the JDK records when a virtual thread holds its carrier while it waits. */
private fun pinnedDuring(work: () -> Unit): List<RecordedEvent> {
  val file = Files.createTempFile("pinned", ".jfr")
  try {
    Recording().use { recording ->
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace()
      recording.start()
      work()
      recording.stop()
      recording.dump(file)
    }
    return RecordingFile.readAllEvents(file).filter { event ->
      val types = event.stackTrace.frames.map { it.method.type.name }
      types.any { it.startsWith("dev.holdfast.") } && "java.lang.ClassLoader" !in types
    }
  } finally {
    Files.delete(file)
  }
}
