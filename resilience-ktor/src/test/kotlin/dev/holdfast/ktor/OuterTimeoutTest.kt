package dev.holdfast.ktor

import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.fixed
import dev.holdfast.coroutines.maxWait
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.patch
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.http.ContentType
import io.ktor.http.content.ChannelWriterContent
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.awaitCancellation

/**
 * Where a call waits when an `HttpTimeout` before the plugin ends it, and how often it had asked.
 */
private class Wait(
  private val where: String,
  val behaviour: Behaviour,
  val requests: Int,
  val body: HttpRequestBuilder.() -> Unit = {},
  val plugin: LlmResilienceConfig.() -> Unit,
) {
  override fun toString() = where
}

class OuterTimeoutTest :
  FunSpec({
    val waits =
      listOf(
        Wait("between two attempts", Behaviour.overloaded(), 1) {
          model(SONNET)
          retry {
            maxAttempts(2)
            backoff(fixed(10.seconds))
          }
        },
        Wait("for a credential", Behaviour.overloaded(), 0) {
          model(SONNET) { patch { credential("slow") } }
          credential("slow") { bearer { awaitCancellation() } }
        },
        Wait(
          "for its own body",
          Behaviour.overloaded(),
          0,
          { setBody(ChannelWriterContent({ awaitCancellation() }, ContentType.Application.Json)) },
        ) {
          model(SONNET)
        },
        Wait("for the headers", Behaviour.hang(), 1) { model(SONNET) },
        Wait("for a degraded answer", Behaviour.overloaded(), 1) {
          model(SONNET)
          retry { maxAttempts(1) }
          degraded { awaitCancellation() }
        },
      )

    context("HttpTimeout before the plugin ends a call that waits") {
      withData(waits) { wait ->
        withClient(wait.plugin, { install(HttpTimeout) { requestTimeoutMillis = 300 } }) {
          provider,
          client ->
          provider.model(SONNET).always(wait.behaviour)

          shouldThrow<HttpRequestTimeoutException> { client.ask(provider) { wait.body(this) } }

          provider.requests().size shouldBe wait.requests
        }
      }
    }

    test("HttpTimeout before the plugin ends a call that waits for a slot, and leaves the queue") {
      val shared = resilience {
        model(SONNET)
        feature("chat") {
          bulkhead {
            maxConcurrentCalls(1)
            maxWait(10.seconds)
          }
        }
      }
      val bulkhead = shared.feature("chat").bulkhead()!!
      withClient({ use(shared) }, { install(HttpTimeout) { requestTimeoutMillis = 300 } }) {
        provider,
        client ->
        val slot = bulkhead.tryAcquire()

        shouldThrow<HttpRequestTimeoutException> {
          client.ask(provider) { this.resilience { feature("chat") } }
        }

        slot?.close()
        bulkhead.snapshot().running() shouldBe 0
        provider.requests().size shouldBe 0
      }
    }
  })
