package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.net.ConnectException
import java.time.Duration

class RetryBreakerTest :
  FunSpec({
    val refused = ConnectException()

    RetryFace.entries.forEach { face ->
      test("$face: a breaker inside that refuses is not asked again, whatever the predicate says") {
        lateinit var breaker: CircuitBreaker

        val outcome =
          face.call(
            make = { time ->
              breaker = testBreaker(time).also { it.trip() }
              retrying(time, 5) { retryIf { true } }
            }
          ) {
            breaker.call<String, Exception> { "made" }
          }

        outcome.result.exceptionOrNull().shouldBeInstanceOf<CircuitOpenException>()
        breaker.snapshot().rejected() shouldBe 1
        outcome.waited shouldBe Duration.ZERO
      }

      test("$face: a breaker around it hears of one failure, and one inside it of each") {
        lateinit var around: CircuitBreaker
        lateinit var inside: CircuitBreaker

        val outcome =
          face.call(
            make = { time ->
              around = testBreaker(time)
              inside = testBreaker(time)
              retrying(time, 3) { circuitBreaker(around, BreakerCounts.CALLS) }
            }
          ) {
            inside.call<String, Exception> { throw refused }
          }

        outcome.result.exceptionOrNull() shouldBeSameInstanceAs refused
        around.failures() shouldBe 1
        inside.failures() shouldBe 3
      }

      BreakerCounts.entries.forEach { counts ->
        fun guarded(time: Time, breaker: (CircuitBreaker) -> Unit) =
          retrying(time, 3) { circuitBreaker(testBreaker(time).also(breaker), counts) }

        test("$face: a retry that succeeds, and the breaker counts $counts") {
          lateinit var breaker: CircuitBreaker
          val answers = ArrayDeque(listOf(refused, refused, "ok"))

          val outcome =
            face.call(make = { time -> guarded(time) { breaker = it } }) {
              breaker.failures() shouldBe if (counts == BreakerCounts.CALLS) 0 else 3 - answers.size
              answers.removeFirst().also { if (it is Throwable) throw it }
            }

          outcome.result.getOrNull() shouldBe "ok"
          breaker.failures() shouldBe 0
        }

        test("$face: retries that are spent, and the breaker counts $counts") {
          lateinit var breaker: CircuitBreaker

          face.call(make = { time -> guarded(time) { breaker = it } }) { throw refused }

          breaker.failures() shouldBe if (counts == BreakerCounts.CALLS) 1 else 3
        }

        test("$face: it stops when the breaker that counts $counts opens in an attempt") {
          lateinit var breaker: CircuitBreaker
          var attempts = 0

          val outcome =
            face.call(make = { time -> guarded(time) { breaker = it } }) {
              attempts++
              repeat(if (counts == BreakerCounts.CALLS) 5 else 4) { breaker.acquire().failure() }
              throw refused
            }

          outcome.result.exceptionOrNull() shouldBeSameInstanceAs refused
          attempts shouldBe 1
          outcome.waited shouldBe Duration.ZERO
        }

        test("$face: it stops when the breaker that counts $counts opens in a wait") {
          lateinit var breaker: CircuitBreaker
          val answers = listOf(refused, "bad")
          var attempts = 0
          val tripping = Backoff { retry, _ ->
            if (retry == 2) breaker.trip()
            Duration.ofSeconds(1)
          }

          val outcome =
            face.call(
              make = { time ->
                guarded(time) { breaker = it }
                  .toBuilder()
                  .backoff(tripping)
                  .retryIfResult { it == "bad" }
                  .build()
              }
            ) {
              answers[attempts++].also { if (it is Throwable) throw it }
            }

          outcome.result.getOrThrow() shouldBe "bad"
          attempts shouldBe 2
          outcome.waited shouldBe Duration.ofSeconds(2)
          breaker.snapshot().rejected() shouldBe 0
        }

        test(
          "$face: it comes back as a probe if the breaker that counts $counts opened meanwhile"
        ) {
          lateinit var breaker: CircuitBreaker
          var attempts = 0
          val tripping = Backoff { _, _ ->
            breaker.trip()
            Duration.ofSeconds(1)
          }

          val outcome =
            face.call(
              make = { time ->
                val soon = CircuitBreakerConfig.builder().waitDurationInOpenState(HALF_A_SECOND)
                breaker = CircuitBreaker.of("sonnet", soon.build(), time)
                retrying(time, 3) { circuitBreaker(breaker, counts).backoff(tripping) }
              }
            ) {
              if (++attempts == 1) throw refused
              breaker.tryAcquire() == null
            }

          outcome.result.getOrThrow() shouldBe true
          breaker.state() shouldBe CircuitBreaker.State.CLOSED
        }

        listOf(IOException(), "bad").forEach { failure ->
          test("$face: the hint of ${failure::class.simpleName} keeps a breaker open ($counts)") {
            lateinit var breaker: CircuitBreaker

            face.call(
              make = { time ->
                guarded(time) { breaker = it }.toBuilder().classifier(AsksToWait).build()
              }
            ) {
              repeat(4) { breaker.acquire().failure() }
              failure.also { if (it is Throwable) throw it }
            }

            breaker.retryAfter() shouldBe AsksToWait.HINT
          }
        }

        test("$face: an excluded failure with a hint does not count ($counts)") {
          lateinit var breaker: CircuitBreaker
          val excluding =
            CircuitBreakerConfig.builder().countsAsFailure { it !is IOException }.build()

          face.call(
            make = { time ->
              breaker = CircuitBreaker.of("sonnet", excluding, time)
              retrying(time, 3) {
                circuitBreaker(breaker, counts)
                classifier(AsksToWait)
              }
            }
          ) {
            throw IOException()
          }

          breaker.failures() shouldBe 0
        }

        test("$face: an open breaker that counts $counts refuses the first attempt") {
          var made = false

          val outcome = face.call(make = { time -> guarded(time) { it.trip() } }) { made = true }

          outcome.result.exceptionOrNull().shouldBeInstanceOf<CircuitOpenException>()
          made shouldBe false
        }

        test("$face: a bad result is a failure for the breaker that counts $counts") {
          lateinit var breaker: CircuitBreaker

          val outcome =
            face.call(
              make = { time ->
                guarded(time) { breaker = it }.toBuilder().retryIfResult { it == "bad" }.build()
              }
            ) {
              "bad"
            }

          outcome.result.getOrNull() shouldBe "bad"
          breaker.failures() shouldBe if (counts == BreakerCounts.CALLS) 1 else 3
        }

        test(
          "$face: what does not speak of the model is nothing to a breaker that counts $counts"
        ) {
          lateinit var breaker: CircuitBreaker
          val throttled = Classifier<Any?> { Failure.of(FailureClass.RATE_LIMITED, it) }

          face.call(
            make = { time ->
              guarded(time) { breaker = it }.toBuilder().classifier(throttled).build()
            }
          ) {
            throw refused
          }

          breaker.failures() shouldBe 0
        }
      }
    }
  })

private val HALF_A_SECOND = Duration.ofMillis(500)

/** Takes everything for an overload, and believes that the provider asks for a long wait. */
private object AsksToWait : Classifier<Any?> {
  val HINT: Duration = Duration.ofSeconds(90)

  override fun ofResult(result: Any?) = Failure(FailureClass.OVERLOADED, HINT, null)

  override fun ofException(thrown: Throwable) = Failure(FailureClass.OVERLOADED, HINT, thrown)
}

private fun testBreaker(time: Time): CircuitBreaker =
  CircuitBreaker.of("sonnet", CircuitBreakerConfig.builder().failureThreshold(5).build(), time)

private fun CircuitBreaker.trip() {
  while (!isOpen) acquire().failure()
}
