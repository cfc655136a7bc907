package dev.holdfast

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.breaker.HealthProbe
import dev.holdfast.coroutines.healthProbe
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import dev.holdfast.throttle.QuotaReading
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.isActive

class TargetsTest :
  FunSpec({
    val time = ManualTime()
    fun resilience() =
      Resilience.builder()
        .model(Model.named("a").quotaPool("pool").account("one").credential("key").build())
        .model(Model.named("b").quotaPool("pool").build())
        .model(Model.named("c").account("one").credential("key").build())
        .feature(Feature.named("chat").chain("c").build())
        .feature(Feature.named("agents").chain("a").build())
        .time(time)
        .build()

    test("the declared models and features are told in their order, by every variant") {
      val variant = resilience().feature("agents").withChain(listOf("b"))

      variant.targets().models().map { it.name() } shouldContainExactly listOf("a", "b", "c")
      variant.features().toList() shouldContainExactly listOf("chat", "agents")
    }

    context("a reading of a quota with nothing left closes the gate that rate limits close") {
      withData<Pair<String, Set<String>>>(
        { it.first },
        "a" to setOf("a", "b"),
        "c" to setOf("c"),
        "not declared" to setOf("not declared"),
      ) { (read, closed) ->
        val resilience = resilience()

        resilience.targets().read(read, QuotaReading(100, 0, Duration.ofSeconds(60)))

        listOf("a", "b", "c", "not declared")
          .filter { resilience.targets().gates(it).closedNanos(time.nanoTime()) > 0 }
          .toSet() shouldBe closed
      }
    }

    test("the gates of a model are those that its calls stand before") {
      val resilience = resilience()
      resilience.targets().gates("c").account()!!.closeFor(Duration.ofMinutes(1), time.nanoTime())

      val asked = resilience.call<String, RuntimeException> { it.model() }

      asked shouldBe "b"
    }

    test("a model's probe has the timeout of its attempts") {
      val model =
        Model.named("a")
          .circuitBreaker(testConfig())
          .attemptTimeout(Duration.ofSeconds(2))
          .healthProbe(HealthProbe.of { hung }.withInterval(Duration.ofSeconds(3)))
      val resilience = Resilience.builder().model(model.build()).time(time).build()
      resilience.breakers().breaker("a").trip()

      time.advance(Duration.ofMillis(4999))
      hung.isCancelled shouldBe false
      time.advance(Duration.ofMillis(1))

      hung.isCancelled shouldBe true
      resilience.targets().models().single().toBuilder().build().healthProbe()!!.interval() shouldBe
        Duration.ofSeconds(3)
    }

    test("a probe may be a suspending block, whose failure or timeout its scope survives") {
      val manual = ManualTime()
      val scope = CoroutineScope(Dispatchers.Unconfined)
      val ends = mutableListOf<String>()
      val resilience = resilience {
        model("a") {
          circuitBreaker(testConfig())
          healthProbe(scope, 1.seconds, 2.seconds) {
            ends += "begun"
            when (ends.size) {
              1 -> error("still down")
              2 ->
                try {
                  awaitCancellation()
                } finally {
                  ends += "cancelled"
                }
            }
          }
        }
        time(manual)
      }
      val breaker = resilience.breakers().breaker("a")
      breaker.trip()

      manual.advance(Duration.ofSeconds(4))
      ends shouldContainExactly listOf("begun", "begun")
      manual.advance(Duration.ofSeconds(1))
      ends.last() shouldBe "cancelled"
      breaker.state() shouldBe OPEN
      manual.advance(Duration.ofSeconds(2))

      breaker.state() shouldBe CLOSED
      scope.isActive shouldBe true
    }

    test("a suspending probe of a scope that is cancelled fails") {
      val manual = ManualTime()
      val scope = CoroutineScope(Dispatchers.Unconfined).apply { cancel() }
      val resilience = resilience {
        model("a") {
          circuitBreaker(testConfig())
          healthProbe(scope) { "never made" }
        }
        time(manual)
      }
      resilience.breakers().breaker("a").trip()

      manual.advance(Duration.ofSeconds(9))

      resilience.breakers().breaker("a").state() shouldBe OPEN
    }
  })

private val hung = CompletableFuture<Any>()
