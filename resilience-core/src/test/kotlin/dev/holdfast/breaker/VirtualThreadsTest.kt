package dev.holdfast.breaker

import dev.holdfast.testing.testBreaker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile

/** On a JDK without virtual threads there is nothing to test. */
class VirtualThreadsTest :
  FunSpec({
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
      event.stackTrace.frames.any { it.method.type.name.startsWith("dev.holdfast.breaker") }
    }
  } finally {
    Files.delete(file)
  }
}
