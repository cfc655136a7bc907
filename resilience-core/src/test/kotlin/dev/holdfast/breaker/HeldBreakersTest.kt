package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.testing.Heap
import dev.holdfast.testing.Threads
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.lang.ref.WeakReference
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.runBlocking

private fun registry(configure: CircuitBreakerConfigBuilder.() -> Unit = {}): CircuitBreakers =
  CircuitBreakers.builder()
    .defaultConfig(testConfig(configure))
    .maxBreakers(1)
    .time(ManualTime())
    .build()

/** Lets the breaker of this name leave the registry, and what nobody holds the memory. */
private fun CircuitBreakers.evict(name: String) {
  repeat(3) { breaker("another $it") }
  all().filter { it.name() == name }.shouldBeEmpty()
  collectGarbage()
}

private fun collectGarbage() {
  val unheld = WeakReference(Any())
  while (unheld.get() != null) System.gc()
}

/** A call under way that only this object holds. */
private class UnderWay(val fail: () -> Unit)

/** What happens to breakers that are evicted while somebody holds them. */
class HeldBreakersTest :
  FunSpec({
    context("a call that is under way when its breaker is evicted counts in that of its name") {
      withData(
        mapOf<String, (CircuitBreaker) -> UnderWay>(
          "a permit" to { it.acquire().let { permit -> UnderWay { permit.failure() } } },
          "an entry" to { it.enter().let { entry -> UnderWay { entry.failure() } } },
          "a future" to
            {
              val source = CompletableFuture<String>()
              it.callAsync { source }
              UnderWay { source.completeExceptionally(Exception("down")) }
            },
        )
      ) { begin ->
        val breakers = registry()
        val call = begin(breakers.breaker("sonnet"))
        breakers.evict("sonnet")

        val found = breakers.breaker("sonnet")
        call.fail()

        found.failures() shouldBe 1
      }
    }

    test("a blocking call that is under way when its breaker is evicted counts, too") {
      val breakers = registry()

      runCatching {
        breakers.call<Unit, Exception>("sonnet") {
          breakers.evict("sonnet")
          error("down")
        }
      }

      breakers.breaker("sonnet").failures() shouldBe 1
    }

    test("a suspending call that is under way when its breaker is evicted counts, too") {
      val breakers = registry()

      runCatching {
        runBlocking {
          breakers.withBreaker("sonnet") {
            breakers.evict("sonnet")
            error("down")
          }
        }
      }

      breakers.breaker("sonnet").failures() shouldBe 1
    }

    test("who holds an evicted breaker holds the one that others get, and that is kept again") {
      val breakers = registry()
      val held = breakers.breaker("sonnet")
      breakers.evict("sonnet")

      breakers.breaker("sonnet") shouldBeSameInstanceAs held
      (held in breakers.all()) shouldBe true
    }

    test("an evicted breaker that hears of a failure is kept again, though nobody holds it") {
      val breakers = registry()
      var permit: Permit? = breakers.breaker("sonnet").acquire()
      breakers.evict("sonnet")

      permit?.failure()
      permit = null
      repeat(5) { breakers.breaker("name $it") }
      collectGarbage()

      breakers.all().map { it.name() }.filter { it == "sonnet" } shouldContainExactly
        listOf("sonnet")
      breakers.breaker("sonnet").failures() shouldBe 1
    }

    test("an evicted breaker that leaves CLOSED is kept again") {
      val breakers = registry()
      var held: CircuitBreaker? = breakers.breaker("sonnet")
      breakers.evict("sonnet")

      held?.forceOpen()
      held = null
      collectGarbage()

      breakers.breaker("sonnet").isOpen shouldBe true
    }

    test("an evicted breaker follows changes of the settings, and its transitions are told") {
      val breakers = registry()
      val told = mutableListOf<CircuitBreaker.State>()
      breakers.onTransition { told += it.to() }
      val held = breakers.breaker("sonnet")
      breakers.evict("sonnet")

      val one = testConfig { failureThreshold(1) }
      breakers.configureDefault(one)
      held.config() shouldBeSameInstanceAs one
      held.trip()

      told shouldContainExactly listOf(OPEN)
    }

    test("an evicted breaker can be removed: its name gets another one, and it is told no more") {
      val breakers = registry()
      val told = mutableListOf<StateTransition>()
      breakers.onTransition { told += it }
      val held = breakers.breaker("sonnet")
      breakers.evict("sonnet")

      breakers.remove("sonnet") shouldBe true
      breakers.remove("sonnet") shouldBe false
      held.trip()

      told.shouldBeEmpty()
      (held in breakers.all()) shouldBe false
      breakers.breaker("sonnet") shouldNotBeSameInstanceAs held
      breakers.breaker("sonnet").state() shouldBe CLOSED
    }

    test("a removed breaker that hears of failures does not come back") {
      val breakers = registry()
      val permit = breakers.breaker("sonnet").acquire()
      breakers.remove("sonnet")

      permit.failure()

      breakers.all().shouldBeEmpty()
      breakers.breaker("sonnet").failures() shouldBe 0
    }

    test("an evicted breaker that nobody holds is gone, and so is its removal") {
      val breakers = registry()
      val evicted = WeakReference(breakers.breaker("sonnet"))
      breakers.evict("sonnet")

      evicted.get() shouldBe null
      breakers.remove("sonnet") shouldBe false
    }

    test("names that nobody asks for any more leave nothing behind") {
      lateinit var breakers: CircuitBreakers

      val held =
        Heap.heldBy {
          breakers = registry()
          repeat(20_000) { breakers.breaker("name $it") }
          // The machine tells what it has collected on a thread of its own.
          repeat(10) {
            collectGarbage()
            breakers.breaker("last $it")
          }
        }

      // Twenty thousand breakers would be more than ten million bytes.
      held.bytes shouldBeLessThan 1_000_000
      breakers.all().size shouldBeLessThanOrEqual 2
    }

    test("threads that hold a breaker all hold the same one, however often it is evicted") {
      Threads().use { threads ->
        val breakers = registry()
        repeat(300) { round ->
          val found =
            threads.race { number ->
              val held = breakers.breaker("sonnet")
              repeat(20) {
                breakers.breaker("name $number $it")
                breakers.breaker("sonnet") shouldBeSameInstanceAs held
              }
              if (round % 10 == number) held.acquire().failure()
              held
            }

          found.forEach { it shouldBeSameInstanceAs found.first() }
          breakers.all().size shouldBeLessThanOrEqual 3 + threads.count
          breakers.remove("sonnet") shouldBe true
        }
      }
    }
  })
