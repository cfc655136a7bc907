package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.attemptTimeout
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.retry.Backoff
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

class TimeoutTest :
  FunSpec({
    fun hasty(): Resilience = resilience {
      model(SONNET) { attemptTimeout(200.milliseconds) }
      model(HAIKU)
      retry {
        maxAttempts(1)
        backoff(Backoff.fixed(Duration.ZERO))
      }
    }

    test("a model that hangs is left after the attempt timeout, and its socket is closed") {
      val shared = hasty()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        client.ask(provider).status.value shouldBe 200

        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
        shared.breakers().breaker(SONNET).failures() shouldBe 1
        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }

    test("when the last model hangs too, the caller is told which one and for how long") {
      val shared = resilience {
        model(SONNET) { attemptTimeout(200.milliseconds) }
        retry { maxAttempts(1) }
      }
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        val failure = shouldThrow<AttemptTimeoutException> { client.ask(provider) }

        failure.message shouldBe "'$SONNET' gave no answer within PT0.2S"
      }
    }

    test("HttpTimeout after the plugin limits each attempt, and counts as the model's failure") {
      val shared = resilienceOfTwo()
      withClient(
        { use(shared) },
        within = { install(HttpTimeout) { requestTimeoutMillis = 200 } },
      ) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        client.ask(provider).status.value shouldBe 200

        shared.breakers().breaker(SONNET).failures() shouldBe 1
      }
    }

    test("HttpTimeout before the plugin limits the whole call, and says nothing about the model") {
      val shared = resilienceOfTwo()
      withClient(
        { use(shared) },
        around = { install(HttpTimeout) { requestTimeoutMillis = 200 } },
      ) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        shouldThrow<HttpRequestTimeoutException> { client.ask(provider) }

        provider.askedModels() shouldContainExactly listOf(SONNET)
        shared.breakers().breaker(SONNET).failures() shouldBe 0
        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }

    test("CIO's own limit of 15 seconds does not end an attempt that has more time") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }, within = { engine { requestTimeout = 200 } }) { provider, client
        ->
        provider.model(SONNET).always(Behaviour.healthy(latency = Duration.ofMillis(600)))

        client.ask(provider).status.value shouldBe 200

        provider.askedModels() shouldContainExactly listOf(SONNET)
      }
    }

    test("what is lifted for an attempt is not written into the caller's own request") {
      withClient { provider, client ->
        val mine = HttpTimeoutConfig(connectTimeoutMillis = 5_000)
        val reused =
          HttpRequestBuilder().apply {
            url("${provider.baseUrl}/v1/messages")
            contentType(ContentType.Application.Json)
            setBody(request(SONNET))
            setCapability(HttpTimeoutCapability, mine)
          }

        client.post(reused)

        reused.getCapabilityOrNull(HttpTimeoutCapability) shouldBe mine
      }
    }

    test("a timeout of the caller's says nothing about the model") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        shouldThrow<TimeoutCancellationException> {
          withTimeout(200.milliseconds) { client.ask(provider) }
        }

        provider.askedModels() shouldContainExactly listOf(SONNET)
        shared.breakers().breaker(SONNET).failures() shouldBe 0
        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }

    test("a cancelled caller's attempt is cancelled down to the socket") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        coroutineScope {
          val call = async { client.ask(provider) }
          withContext(Dispatchers.IO) { provider.awaitRequests(SONNET, 1, Duration.ofSeconds(10)) }
          call.cancelAndJoin()
          shouldThrow<CancellationException> { call.await() }
        }

        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
        provider.askedModels() shouldContainExactly listOf(SONNET)
        shared.breakers().breaker(SONNET).failures() shouldBe 0
      }
    }
  })
