package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.fixed
import dev.holdfast.coroutines.maxWait
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.plugins.sse.SSE
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.job

/** What a caller waits for when it is cancelled, and what the server sees of it then. */
private enum class Waiting(val behaviour: Behaviour, val requests: Int) {
  FOR_A_SLOT(Behaviour.hang(), 0),
  TO_ASK_AGAIN(Behaviour.overloaded(), 1),
  FOR_THE_HEADERS(Behaviour.hang(), 1),
  FOR_CONTENT(Behaviour.stallStream(2), 1),
  IN_THE_STREAM(Behaviour.stallStream(5), 1),
}

class CancellationTest :
  FunSpec({
    fun patient(): Resilience = resilience {
      model(SONNET)
      retry {
        maxAttempts(2)
        backoff(fixed(10.seconds))
      }
      feature("chat") {
        bulkhead {
          maxConcurrentCalls(1)
          maxWait(1.minutes)
        }
      }
    }

    suspend fun HttpClient.isCancelled(
      provider: ScriptedProvider,
      shared: Resilience,
      waiting: Waiting,
      reading: StreamReading,
      endsRequest: Boolean = false,
    ) {
      val bulkhead = shared.feature("chat").bulkhead()!!
      val slot = if (waiting == Waiting.FOR_A_SLOT) bulkhead.tryAcquire() else null
      coroutineScope {
        val call = async {
          coroutineScope {
            val caller = coroutineContext.job
            readStream(
              provider,
              reading,
              configure = {
                // Without this Ktor tells nobody that the caller of a session has gone.
                if (endsRequest) {
                  caller.invokeOnCompletion { executionContext.cancel() }
                }
              },
            )
          }
        }
        eventually(5.seconds) { provider.requests().size shouldBe waiting.requests }
        if (waiting == Waiting.TO_ASK_AGAIN) {
          eventually(5.seconds) { shared.breakers().breaker(SONNET).failures() shouldBe 1 }
        }
        if (slot != null) eventually(5.seconds) { bulkhead.snapshot().queued() shouldBe 1 }
        // Until it has come to where it waits.
        delay(200.milliseconds)
        call.cancelAndJoin()
      }
      // It is over, and not by a failure, although there is still no slot and time to ask again.
      eventually(5.seconds) { shared.counts().sumOf { it.calls() } shouldBe 1 }
      shared.counts().sumOf { it.failures() } shouldBe 0
      bulkhead.snapshot().queued() shouldBe 0
      slot?.close()
      eventually(5.seconds) { bulkhead.snapshot().running() shouldBe 0 }
    }

    suspend fun leavesNothing(engine: String, waiting: Waiting, reading: StreamReading) {
      val shared = patient()
      withEngine(engine, { use(shared) }, { install(SSE) }) { provider, client ->
        provider.model(SONNET).always(waiting.behaviour)

        client.isCancelled(provider, shared, waiting, reading, reading == StreamReading.SESSION)

        shared.breakers().breaker(SONNET).failures() shouldBe
          if (waiting == Waiting.TO_ASK_AGAIN) 1 else 0
        provider.requests().size shouldBe waiting.requests
        val pooled = if (waiting == Waiting.TO_ASK_AGAIN && engine != "CIO") 1 else 0
        // Java does not end an exchange of which it has no head yet.
        val isKept = engine == "Java" && waiting == Waiting.FOR_THE_HEADERS
        // Apache does not always close the connection of a call that is cancelled.
        if (!isKept && engine != "Apache5") {
          eventually(10.seconds) { (provider.openConnections() <= pooled) shouldBe true }
        }
      }
    }

    for (engine in ENGINES.keys) {
      context("$engine: a caller who is cancelled leaves nothing behind, while waiting") {
        withData(Waiting.entries) { waiting -> leavesNothing(engine, waiting, StreamReading.LINES) }
      }

      context("$engine: a caller of a session who ends its request leaves nothing, while waiting") {
        withData(Waiting.entries) { waiting ->
          leavesNothing(engine, waiting, StreamReading.SESSION)
        }
      }

      test("$engine: a caller who is cancelled in a session leaves nothing behind") {
        val shared = patient()
        withEngine(engine, { use(shared) }, { install(SSE) }) { provider, client ->
          provider.model(SONNET).always(Waiting.IN_THE_STREAM.behaviour)

          client.isCancelled(provider, shared, Waiting.IN_THE_STREAM, StreamReading.SESSION)

          shared.breakers().breaker(SONNET).failures() shouldBe 0
          // Apache does not always close the connection of a call that is cancelled.
          if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
        }
      }
    }
  })
