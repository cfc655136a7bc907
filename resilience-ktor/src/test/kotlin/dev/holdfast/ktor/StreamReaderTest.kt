package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.circuitBreaker
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.coroutines.waitDurationInOpenState
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.IncompleteStreamException
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.readLine
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

private class Enough : RuntimeException()

class StreamReaderTest :
  FunSpec({
    fun guarded(deadline: Duration = Duration.ofMinutes(1)): Resilience = resilience {
      for (name in listOf(SONNET, HAIKU)) {
        model(name) {
          circuitBreaker {
            failureThreshold(3)
            waitDurationInOpenState(10.minutes)
          }
        }
      }
      retry { maxAttempts(1) }
      feature("chat") {
        bulkhead { maxConcurrentCalls(1) }
        deadline(deadline)
      }
    }

    suspend fun nothingHeld(shared: Resilience) {
      eventually(5.seconds) { shared.feature("chat").bulkhead()!!.snapshot().running() shouldBe 0 }
    }

    val slow = Behaviour.healthy(contentEvents = 8, gap = Duration.ofMillis(300))

    for (engine in ENGINES.keys) {
      context("$engine: a reader who leaves after content was answered") {
        withData(StreamReading.LINES, StreamReading.PIECES, StreamReading.SESSION) { reading ->
          val shared = guarded()
          withEngine(engine, { use(shared) }, { install(SSE) }) { provider, client ->
            provider.model(SONNET).always(slow)

            client.readStream(provider, reading) { if ("content_block_delta" in it) throw Enough() }

            shared.breakers().breaker(SONNET).failures() shouldBe 0
            nothingHeld(shared)
            shared.counts().sumOf { it.cancelled() } shouldBe 0
            shared.counts().sumOf { it.calls() } shouldBe 1
            provider.askedModels() shouldContainExactly listOf(SONNET)

            // Apache does not always close the connection of a call that is cancelled.
            if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
          }
        }
      }

      context("$engine: a reader who is cancelled says nothing against the model") {
        withData(StreamReading.entries) { reading ->
          val shared = guarded()
          withEngine(engine, { use(shared) }, { install(SSE) }) { provider, client ->
            provider.model(SONNET).always(Behaviour.stallStream(4))
            val hasContent = CompletableDeferred<Unit>()

            coroutineScope {
              val call = async {
                client.readStream(provider, reading) {
                  if ("content_block_delta" in it) hasContent.complete(Unit)
                }
              }
              // A text is there only at its end, so nothing tells when it has begun.
              withTimeoutOrNull(
                if (reading == StreamReading.TEXT) 500.milliseconds else 10.seconds
              ) {
                hasContent.await()
              }
              call.cancelAndJoin()
            }

            shared.breakers().breaker(SONNET).failures() shouldBe 0
            nothingHeld(shared)
            provider.askedModels() shouldContainExactly listOf(SONNET)

            // Apache does not always close the connection of a call that is cancelled.
            if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
          }
        }
      }
    }

    test("a slot is held until the body has ended, and the record tells the end") {
      val shared = guarded()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.healthy(gap = Duration.ofMillis(50)))
        val bulkhead = shared.feature("chat").bulkhead()!!

        client
          .preparePost("${provider.baseUrl}/v1/messages") {
            contentType(ContentType.Application.Json)
            setBody(request(SONNET, stream = true))
            resilience { feature("chat") }
          }
          .execute {
            val channel = it.bodyAsChannel()
            channel.readLine() shouldBe "event: message_start"
            bulkhead.snapshot().running() shouldBe 1
            it.resilience?.ending() shouldBe Ending.CANCELLED
            while (channel.readLine() != null) {}
            bulkhead.snapshot().running() shouldBe 0
            it.resilience?.ending() shouldBe Ending.ANSWERED
            it.resilience?.served() shouldBe SONNET
          }
      }
    }

    test("one poll that is cancelled is no end of the stream") {
      val shared = guarded()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.healthy(gap = Duration.ofMillis(200)))

        val misses =
          client
            .preparePost("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream = true))
            }
            .execute {
              val channel = it.bodyAsChannel()
              val piece = ByteArray(1000)
              var misses = 0
              while (true) {
                val hasMore = withTimeoutOrNull(20.milliseconds) { channel.awaitContent() }
                if (hasMore == false) break
                if (hasMore == null) misses++ else channel.readAvailable(piece)
              }
              misses
            }

        (misses > 9) shouldBe true
        shared.breakers().breaker(SONNET).failures() shouldBe 0
        shared.counts().sumOf { it.cancelled() } shouldBe 0
      }
    }

    test("the deadline of the call ends a stream, and says nothing about its model") {
      val shared = guarded(Duration.ofMillis(600))
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.stallStream(4))

        val seen = client.readStream(provider, StreamReading.LINES)

        seen.cause<StreamInterruptedException>().shouldNotBeNull()
        seen.cause<DeadlineExceededException>().shouldNotBeNull()
        shared.breakers().breaker(SONNET).failures() shouldBe 0
        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }

    test("client.sse does not send the prompt again by itself, and is told once") {
      val told = logged {
        withClient({ use(guarded()) }, { install(SSE) { maxReconnectionAttempts = 2 } }) {
          provider,
          client ->
          repeat(2) { client.readStream(provider, StreamReading.SESSION).thrown shouldBe null }

          provider.askedModels() shouldContainExactly listOf(SONNET, SONNET)
        }
      }
      told.single() shouldStartWith "SSE is installed with maxReconnectionAttempts"
    }

    test("a stream in no known protocol is broken only if its transport says so") {
      withClient({ use(guarded()) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.cutStream(5, gap = Duration.ofMillis(50)))
        // CIO does not tell a connection that ends between two chunks from the end of a body.
        client.readStream(provider, StreamReading.LINES, path = "/other").thrown shouldBe null
      }
    }

    test("the deadline ends a stream that nobody reads, too, and frees what it held") {
      val shared = guarded(Duration.ofMillis(600))
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.stallStream(5))

        val seen =
          client.readStream(provider, StreamReading.LINES) {
            nothingHeld(shared)
            provider.awaitOpenConnections(0, Duration.ofSeconds(10))
          }

        seen.cause<DeadlineExceededException>().shouldNotBeNull()
        shared.breakers().breaker(SONNET).failures() shouldBe 0
      }
    }

    test(
      "a session whose caller was cancelled before its headers holds nothing after the deadline"
    ) {
      val shared = guarded(Duration.ofSeconds(2))
      withClient({ use(shared) }, { install(SSE) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.healthy(latency = Duration.ofMillis(500)))

        coroutineScope {
          val call = async { client.readStream(provider, StreamReading.SESSION) }
          withContext(Dispatchers.IO) { provider.awaitRequests(SONNET, 1, Duration.ofSeconds(10)) }
          call.cancelAndJoin()
        }

        nothingHeld(shared)
        shared.breakers().breaker(SONNET).failures() shouldBe 0
      }
    }

    test("when every model breaks before content, the caller gets an exception with the record") {
      withClient({ use(guarded()) }) { provider, client ->
        provider.anyModel().always(Behaviour.cutStream(2))

        val seen = client.readStream(provider, StreamReading.LINES)

        seen.cause<IncompleteStreamException>().shouldNotBeNull()
        seen.thrown?.resilience?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
        seen.text shouldBe ""
      }
    }

    test("the degraded answer takes the place of streams that break before content") {
      withClient(
        {
          use(guarded())
          degraded { "Later, please." }
        },
        { install(SSE) },
      ) { provider, client ->
        provider.anyModel().always(Behaviour.errorInStream(3))

        for (reading in StreamReading.entries) {
          val seen = client.readStream(provider, reading)
          seen.thrown shouldBe null
          seen.text shouldContain "Later, please."
        }
      }
    }

    test("a breaker's probe is decided by the first content, and lost by a cut before it") {
      val shared = resilience {
        model(SONNET) {
          circuitBreaker {
            failureThreshold(1)
            waitDurationInOpenState(1.milliseconds)
          }
        }
        retry { maxAttempts(1) }
        feature("chat") { chain(SONNET) }
      }
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).next(Behaviour.overloaded(), Behaviour.cutStream(3), slow)
        repeat(2) {
          client.readStream(provider, StreamReading.LINES).text shouldNotContain "delta"
          delay(10.milliseconds)
        }
        shared.breakers().breaker(SONNET).state() shouldBe CircuitBreaker.State.HALF_OPEN

        client
          .readStream(provider, StreamReading.LINES) {
            if ("content_block_delta" in it) {
              shared.breakers().breaker(SONNET).state() shouldBe CircuitBreaker.State.CLOSED
              throw Enough()
            }
          }
          .cause<Enough>()
          .shouldNotBeNull()
      }
    }

    context("a stream that Ktor reads whole is judged whole") {
      withData<Pair<String, Behaviour>>(
        { it.first },
        "cut before content" to Behaviour.cutStream(3),
        "cut after content" to Behaviour.cutStream(5),
        "an error in it" to Behaviour.errorInStream(5),
      ) { (_, behaviour) ->
        val shared = guarded()
        withClient({ use(shared) }) { provider, client ->
          provider.model(SONNET).always(behaviour)

          val response = client.ask(provider, stream = true)

          response.resilience?.served() shouldBe HAIKU
          response.bodyAsText() shouldStartWith "event: message_start"
          shared.breakers().breaker(SONNET).failures() shouldBe 1

          provider.anyModel().always(behaviour)
          io.kotest.assertions.throwables.shouldThrow<IncompleteStreamException> {
            client.ask(provider, stream = true)
          }
        }
      }
    }
  })
