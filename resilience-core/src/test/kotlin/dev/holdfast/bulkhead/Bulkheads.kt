package dev.holdfast.bulkhead

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.TimeUnit.SECONDS

/** A bulkhead named `summaries` with one slot, and up to 10 callers who wait for 5 seconds. */
fun testBulkhead(
  time: Time = ManualTime(),
  configure: BulkheadConfig.Builder.() -> Unit = {},
): Bulkhead =
  Bulkhead.of(
    "summaries",
    BulkheadConfig.builder()
      .maxConcurrentCalls(1)
      .maxQueue(10)
      .maxWait(Duration.ofSeconds(5))
      .apply(configure)
      .build(),
    time,
  )

/** The moment that is so many seconds from now. */
fun Time.deadlineIn(seconds: Long): Deadline =
  Deadline.after(Duration.ofSeconds(seconds), nanoTime())

/** Checks that nobody runs or waits, and that exactly as many slots as the limit can be taken. */
fun Bulkhead.shouldBeWhole() {
  val before = snapshot()
  before.running() shouldBe 0
  before.queued() shouldBe 0
  val slots = generateSequence { tryAcquire() }.take(before.limit() + 1).toList()
  slots shouldHaveSize before.limit()
  slots.forEach(Slot::close)
  snapshot().running() shouldBe 0
}

/** Waits for what another thread is about to do, for a bounded time. */
fun awaitUntil(condition: () -> Boolean) {
  val start = System.nanoTime()
  while (!condition()) {
    check(System.nanoTime() - start < SECONDS.toNanos(20)) { "waited in vain" }
    Thread.onSpinWait()
  }
}
