package dev.holdfast.breaker

import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class EvictionTest :
  FunSpec({
    test("a breaker that is asked for while it is considered for eviction stays") {
      lateinit var breakers: CircuitBreakers
      var asked: CircuitBreaker? = null
      // The scan is what reads the clock once the last breaker is in the registry.
      val asking = SteppingTime {
        if (asked == null && breakers.all().any { it.name() == "last" }) {
          asked = breakers.breaker("wanted")
        }
        0L
      }
      breakers = CircuitBreakers.builder().maxBreakers(1).time(asking).build()

      listOf("wanted", "other", "last").forEach(breakers::breaker)

      breakers.breaker("wanted") shouldBeSameInstanceAs asked
    }

    context("what a breaker knows decides whether it goes when nobody asks for it") {
      withData<Known>(
        { it.name },
        Known("nothing", stays = false) {},
        Known("good calls", stays = false) { repeat(4) { acquire().success() } },
        Known("a failure", stays = true) { fail(1) },
        Known("a failure in the window, and a success after it", stays = true) {
          fail(1)
          acquire().success()
        },
        Known("a slow call in the window", stays = true) {
          val permit = acquire()
          it.advance(Duration.ofSeconds(2))
          permit.success()
        },
        Known("that it is forced open", stays = true) { forceOpen() },
        Known("that it only counts", stays = true) { metricsOnly() },
      ) { known ->
        val time = ManualTime()
        val config = testConfig {
          slidingWindow(10)
          minimumCalls(10)
          slowCallRateThreshold(0.9, Duration.ofSeconds(1))
        }
        val breakers =
          CircuitBreakers.builder().defaultConfig(config).maxBreakers(1).time(time).build()
        val breaker = breakers.breaker("known")
        known.learn(breaker, time)

        repeat(3) { breakers.breaker("name $it") }

        (breaker in breakers.all()) shouldBe known.stays
      }
    }

    test("no more breakers go than are too many") {
      val breakers = CircuitBreakers.builder().maxBreakers(2).time(ManualTime()).build()
      // The third one finds nobody idle, but from now on the first two are.
      listOf("a", "b", "c").forEach(breakers::breaker)
      breakers.remove("c")

      breakers.breaker("d")

      breakers.all().size shouldBe 2
    }

    test("a breaker that was given settings itself stays") {
      val breakers = CircuitBreakers.builder().maxBreakers(1).time(ManualTime()).build()
      val own = testConfig()
      breakers.breaker("known").configure(own)

      repeat(3) { breakers.breaker("name $it") }

      breakers.all().map { it.config() }.count { it === own } shouldBe 1
    }

    test("a breaker that somebody listens to stays until nobody does") {
      val breakers = CircuitBreakers.builder().maxBreakers(1).time(ManualTime()).build()
      val known = breakers.breaker("known")
      val subscriptions =
        listOf(known.onTransition {}, known.onRejection {}, known.onThresholdExceeded {})

      repeat(3) { breakers.breaker("name $it") }
      (known in breakers.all()) shouldBe true
      subscriptions.forEach { repeat(2) { _ -> it.close() } }
      repeat(3) { breakers.breaker("name $it") }

      (known in breakers.all()) shouldBe false
    }

    test("a breaker that is seen to have calls under way stays until they have ended") {
      val config = testConfig { hangingCallsThreshold(9, Duration.ofMinutes(1)) }
      val breakers =
        CircuitBreakers.builder().defaultConfig(config).maxBreakers(1).time(ManualTime()).build()
      val known = breakers.breaker("known")
      val permit = known.acquire()

      repeat(3) { breakers.breaker("name $it") }
      (known in breakers.all()) shouldBe true
      permit.success()
      repeat(3) { breakers.breaker("name $it") }

      (known in breakers.all()) shouldBe false
    }
  })

private class Known(
  val name: String,
  val stays: Boolean,
  val learn: CircuitBreaker.(ManualTime) -> Unit,
)
