package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import java.io.IOException

class CallClassifierTest :
  FunSpec({
    context("exceptions of Ktor and its engines are understood") {
      withData<Pair<Throwable, FailureClass>>(
        { "${it.first.javaClass.simpleName} ${it.first.message}" },
        ConnectTimeoutException("no connection") to FailureClass.CONNECTION_FAILED,
        IOException(ConnectTimeoutException("no connection")) to FailureClass.CONNECTION_FAILED,
        HttpRequestTimeoutException("/", 100) to FailureClass.TIMED_OUT,
        IllegalStateException("Content-Length mismatch: expected 10 bytes, but received 5") to
          FailureClass.CONNECTION_LOST,
        IllegalStateException("Failed to parse request body") to FailureClass.CONNECTION_LOST,
        IllegalArgumentException("Invalid TLS record type code: 72") to
          FailureClass.CONNECTION_LOST,
        IllegalStateException("something of the caller's") to FailureClass.UNKNOWN,
        IOException("reset") to FailureClass.CONNECTION_LOST,
      ) { (thrown, expected) ->
        CallClassifier(FailureRules.standard()).ofException(thrown).failureClass() shouldBe expected
      }
    }

    test("a body that is shorter than its length counts, and the next model answers") {
      val shared = resilienceOfTwo(maxAttempts = 3)
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.cutStream(0))

        client.ask(provider).status.value shouldBe 200

        provider.askedModels() shouldContainExactly listOf(SONNET, SONNET, HAIKU)
        shared.breakers().breaker(SONNET).failures() shouldBe 2
      }
    }

    test("a timeout of HttpTimeout is told as one") {
      withClient(
        {
          use(resilienceOfTwo())
          degraded { it.last().failureClass().name }
        },
        within = { install(io.ktor.client.plugins.HttpTimeout) { requestTimeoutMillis = 200 } },
      ) { provider, client ->
        provider.anyModel().always(Behaviour.hang())

        client.ask(provider).headers[DEGRADED_HEADER] shouldBe "TIMED_OUT"
      }
    }

    test("a model name with control characters is no name") {
      withClient { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.ask(provider, "x\\nSEVERE: forged").status.value shouldBe 529

        provider.requests().size shouldBe 1
      }
    }
  })
