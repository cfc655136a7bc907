package dev.holdfast.bulkhead

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger

class EntryTest :
  FunSpec({
    test("as many may enter as there are slots, and each exit makes room for one") {
      val bulkhead = testBulkhead { maxConcurrentCalls(2) }
      val entry = bulkhead.enter()
      bulkhead.tryEnter().shouldNotBeNull()
      bulkhead.snapshot().running() shouldBe 2
      bulkhead.tryEnter().shouldBeNull()

      entry.exit()

      bulkhead.tryEnter().shouldNotBeNull()
      bulkhead.tryEnter().shouldBeNull()
    }

    test("tryEnter refuses and never waits, enterIfPossible does not even refuse") {
      val bulkhead = testBulkhead()
      bulkhead.enterIfPossible().shouldNotBeNull()

      bulkhead.tryEnter().shouldBeNull()
      bulkhead.enterIfPossible().shouldBeNull()

      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, 0, 1)
    }

    test("an exit makes room for the one at the head of the line, and nobody overtakes") {
      val bulkhead = testBulkhead()
      val entry = bulkhead.enter()
      val later = bulkhead.acquireAsync()

      entry.exit()

      bulkhead.tryEnter().shouldBeNull()
      bulkhead.enterIfPossible().shouldBeNull()
      later.join().close()
      bulkhead.shouldBeWhole()
    }

    test("an exit too many is refused and makes no room") {
      val bulkhead = testBulkhead()
      val entry = bulkhead.enter()
      entry.exit()

      repeat(5) {
        shouldThrow<IllegalStateException> { entry.exit() } shouldHaveMessage
          "a slot was given back that nobody had taken"
      }

      bulkhead.shouldBeWhole()
    }

    test("exits too many from many threads, while the limit changes, leave the limit as it is") {
      val bulkhead = testBulkhead()
      val entry = bulkhead.enter()
      entry.exit()
      val refused = AtomicInteger()
      val threads = 4
      val rounds = 20_000
      val pool = Executors.newFixedThreadPool(threads)
      val barrier = CyclicBarrier(threads)

      List(threads) { thread ->
          pool.submit {
            barrier.await(20, SECONDS)
            repeat(rounds) { round ->
              if (thread == 0) bulkhead.resize(1 + round % 3)
              else runCatching { entry.exit() }.onFailure { refused.incrementAndGet() }
            }
          }
        }
        .forEach { it.get(40, SECONDS) }
      pool.shutdown()

      refused.get() shouldBe (threads - 1) * rounds
      bulkhead.snapshot().limit() shouldBe 1 + (rounds - 1) % 3
      bulkhead.shouldBeWhole()
    }
  })
