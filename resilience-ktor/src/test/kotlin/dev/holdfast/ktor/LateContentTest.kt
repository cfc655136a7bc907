package dev.holdfast.ktor

import dev.holdfast.breaker.CircuitBreaker.State
import dev.holdfast.coroutines.circuitBreaker
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.coroutines.waitDurationInOpenState
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.plugins.sse.SSE
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class LateContentTest :
  FunSpec({
    context("the time for the first content does not run on while those are told who listen") {
      withData(StreamReading.LINES, StreamReading.PIECES, StreamReading.SESSION) { reading ->
        val shared = resilience {
          model(SONNET) {
            firstContentTimeout(Duration.ofMillis(1_000))
            circuitBreaker {
              failureThreshold(1)
              waitDurationInOpenState(1.milliseconds)
              permittedCallsInHalfOpenState(1)
              successThreshold(1)
            }
          }
          retry { maxAttempts(1) }
          feature("chat") {}
        }
        val endings = CopyOnWriteArrayList<Ending>()
        shared.onCall { endings += it.ending() }
        shared.breakers().onTransition {
          if (it.to() == State.CLOSED) CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS)
        }
        withEngine("CIO", { use(shared) }, { install(SSE) }) { provider, client ->
          provider
            .model(SONNET)
            .next(Behaviour.serverError(), Behaviour.healthy(gap = Duration.ofMillis(20)))
          client.readStream(provider, reading)
          eventually(5.seconds) {
            shared.breakers().breaker(SONNET).state() shouldBe State.HALF_OPEN
          }

          val seen = client.readStream(provider, reading)

          seen.thrown shouldBe null
          seen.events.last() shouldBe "message_stop"
          eventually(5.seconds) {
            endings shouldContainExactly listOf(Ending.FAILED, Ending.ANSWERED)
          }
        }
      }
    }
  })
