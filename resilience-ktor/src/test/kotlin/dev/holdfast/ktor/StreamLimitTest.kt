package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.model.Model
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.HttpClient
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout

class StreamLimitTest :
  FunSpec({
    fun guarded(configure: Model.Builder.() -> Unit = {}): Resilience = resilience {
      model(SONNET, configure)
      model(HAIKU)
      retry { maxAttempts(1) }
      feature("chat") { bulkhead { maxConcurrentCalls(1) } }
    }

    suspend fun nothingHeld(shared: Resilience) {
      eventually(5.seconds) { shared.feature("chat").bulkhead()!!.snapshot().running() shouldBe 0 }
    }

    for (engine in ENGINES.keys) {
      for (reading in listOf(StreamReading.LINES, StreamReading.TEXT)) {
        test(
          "$engine, ${reading.name.lowercase()}: an outer HttpTimeout interrupts a stream, and says nothing about its model"
        ) {
          val shared = guarded()
          withEngine(
            engine,
            { use(shared) },
            { install(HttpTimeout) { requestTimeoutMillis = 1_000 } },
          ) { provider, client ->
            provider.model(SONNET).always(Behaviour.stallStream(5))

            val seen = client.readStream(provider, reading)

            withClue("${seen.thrown}") {
              seen.cause<StreamInterruptedException>().shouldNotBeNull()
              seen.cause<HttpRequestTimeoutException>().shouldNotBeNull()
              seen.thrown?.resilience?.ending() shouldBe Ending.FAILED
              shared.breakers().breaker(SONNET).failures() shouldBe 0
              nothingHeld(shared)
              // Apache does not always close the connection of a call that is cancelled.
              if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
            }
          }
        }
      }

      test("$engine: a withTimeout of the caller's ends a stream, and its connection") {
        val shared = guarded()
        withEngine(engine, { use(shared) }) { provider, client ->
          provider.model(SONNET).always(Behaviour.stallStream(5))

          val thrown = runCatching {
            withTimeout(1.seconds) {
              client.readStream(provider, StreamReading.LINES).thrown?.let { throw it }
            }
          }

          thrown.exceptionOrNull().shouldBeInstanceOf<TimeoutCancellationException>()
          shared.breakers().breaker(SONNET).failures() shouldBe 0
          nothingHeld(shared)
          // Apache does not always close the connection of a call that is cancelled.
          if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
        }
      }

      test(
        "$engine: a client that is closed in the middle of a stream shows no half of it as whole"
      ) {
        // Apache may leave the streams of a client that is closed silent.
        val shared = guarded { streamGap(Duration.ofSeconds(1)) }
        withEngine(engine, { use(shared) }) { provider, client ->
          provider
            .model(SONNET)
            .always(Behaviour.healthy(contentEvents = 10, gap = Duration.ofMillis(50)))

          val seen =
            client.readStream(provider, StreamReading.LINES) {
              if ("content_block_delta" in it) client.close()
            }

          if (seen.thrown == null) seen.events.last() shouldBe "message_stop"
          else seen.events shouldNotContain "message_stop"
          shared.breakers().breaker(SONNET).failures() shouldBe 0
          nothingHeld(shared)
        }
      }

      for ((events, place) in listOf(2 to "before its content", 5 to "in the middle")) {
        test("$engine: a client that is closed on a stream that is silent $place blames no model") {
          val shared = guarded {
            firstContentTimeout(Duration.ofSeconds(1))
            streamGap(Duration.ofSeconds(1))
          }
          withEngine(engine, { use(shared) }) { provider, client ->
            provider.model(SONNET).always(Behaviour.stallStream(events))

            val seen = coroutineScope {
              val call = async(Dispatchers.IO) { client.readStream(provider, StreamReading.LINES) }
              eventually(5.seconds) { provider.requests().size shouldBe 1 }
              client.close()
              call.await()
            }

            seen.thrown shouldNotBe null
            shared.breakers().breaker(SONNET).failures() shouldBe 0
            provider.askedModels() shouldBe listOf(SONNET)
            nothingHeld(shared)
          }
        }
      }

      test(
        "$engine: more than 64 KiB without content are handed on, and then nothing is asked again"
      ) {
        val shared = guarded()
        var isComplete = true
        RawServer {
            request()
            head(EVENT_STREAM + "Connection: close\r\n" + CHUNKED)
            repeat(70) { chunk(": ${"wait ".repeat(205)}\n\n") }
            Thread.sleep(100)
            if (isComplete) chunk(STREAM_BEGUN + STREAM_REST)
            send("0\r\n\r\n")
          }
          .use { server ->
            HttpClient(ENGINES.getValue(engine)) { install(LlmResilience) { use(shared) } }
              .use { client ->
                suspend fun text(): String =
                  client
                    .preparePost("${server.baseUrl}/v1/messages") {
                      contentType(ContentType.Application.Json)
                      setBody(request(SONNET, stream = true))
                    }
                    .execute { it.bodyAsText() }

                text().endsWith(STREAM_REST) shouldBe true
                shared.breakers().breaker(SONNET).failures() shouldBe 0
                isComplete = false
                runCatching { text() }.exceptionOrNull() shouldNotBe null
                shared.breakers().breaker(SONNET).failures() shouldBe 1
                server.requests.size shouldBe 2
              }
          }
      }
    }
  })
