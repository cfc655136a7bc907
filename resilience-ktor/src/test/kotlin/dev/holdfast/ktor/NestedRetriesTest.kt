package dev.holdfast.ktor

import dev.holdfast.ChainWarning
import dev.holdfast.Resilience
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.coroutines.withRetry
import dev.holdfast.retry.Retry
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType

private class Nest(val client: HttpClient, val provider: ScriptedProvider) {
  val outer: Resilience = resilienceOfTwo()

  suspend fun stream(each: suspend () -> Unit) {
    client
      .preparePost("${provider.baseUrl}/v1/messages") {
        contentType(ContentType.Application.Json)
        setBody(request(SONNET, stream = true))
      }
      .execute {
        each()
        it.bodyAsText()
      }
  }
}

private class Nested(
  val name: String,
  val isWarned: Boolean,
  val inner: Resilience = resilienceOfTwo(),
  val within: HttpClientConfig<CIOEngineConfig>.() -> Unit = {},
  val make: suspend Nest.() -> Unit,
)

private fun retrying(attempts: Int) =
  createClientPlugin("Retrying") {
    val retry = Retry.builder().maxAttempts(attempts).build()
    on(Send) { request -> retry.withRetry { proceed(request) } }
  }

class NestedRetriesTest :
  FunSpec({
    val one = resilienceOfTwo().withChain(listOf(SONNET))

    context("who else tries again around a call of the plugin, or inside it, is warned of once") {
      withData<Nested>(
        { it.name },
        Nested("nobody", false) { client.ask(provider) },
        Nested("a call around it", true) { outer.callSuspend { client.ask(provider) } },
        Nested("a call around a stream", true) { outer.callSuspend { stream {} } },
        Nested("a call around one that tries once", false, one) {
          outer.callSuspend { client.ask(provider) }
        },
        Nested("a call around one that is off", false) {
          outer.callSuspend { client.ask(provider) { resilience { off() } } }
        },
        Nested("a retry inside it", true, within = { install(retrying(3)) }) {
          provider.model(SONNET).next(Behaviour.resetConnection())
          client.ask(provider)
        },
        Nested("a retry inside it that is not taken", false, within = { install(retrying(3)) }) {
          client.ask(provider)
        },
        Nested("a single try inside it", false, within = { install(retrying(1)) }) {
          client.ask(provider)
        },
        Nested("another call while its stream is read", false) { stream { client.ask(provider) } },
        Nested("one call after the other", false) {
          outer.callSuspend { 1 }
          client.ask(provider)
        },
      ) { nested ->
        withClient({ use(nested.inner) }, within = nested.within) { provider, client ->
          repeat(2) { nested.make(Nest(client, provider)) }

          client.resilience.warnings().map { it.kind() } shouldBe
            if (nested.isWarned) listOf(ChainWarning.Kind.STACKED_RETRIES) else listOf()
        }
      }
    }
  })
