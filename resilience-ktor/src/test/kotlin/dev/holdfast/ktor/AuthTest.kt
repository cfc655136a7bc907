package dev.holdfast.ktor

import dev.holdfast.coroutines.patch
import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.plugins.auth.Auth
import io.ktor.client.plugins.auth.providers.BearerTokens
import io.ktor.client.plugins.auth.providers.bearer
import io.ktor.client.request.header
import java.net.URI
import java.util.concurrent.atomic.AtomicInteger

private typealias Installed = HttpClientConfig<CIOEngineConfig>.() -> Unit

private class Told(
  val name: String,
  val isTold: Boolean,
  val plugin: LlmResilienceConfig.() -> Unit,
  val around: Installed = {},
  val within: Installed = {},
)

class AuthTest :
  FunSpec({
    fun ScriptedProvider.accepts(token: String, behaviour: Behaviour = Behaviour.healthy()) =
      anyModel().script {
        if (it.header("authorization") == "Bearer $token") behaviour else Behaviour.status(401)
      }

    fun auth(refreshes: AtomicInteger = AtomicInteger()): Installed = {
      install(Auth) {
        bearer {
          loadTokens { BearerTokens("OLD", "r") }
          refreshTokens { BearerTokens("NEW-${refreshes.incrementAndGet()}", "r") }
        }
      }
    }

    suspend fun inBothOrders(
      installed: Installed,
      plugin: LlmResilienceConfig.() -> Unit,
      test: suspend (ScriptedProvider, io.ktor.client.HttpClient) -> Unit,
    ) {
      withClient(plugin, around = installed, test = test)
      withClient(plugin, within = installed, test = test)
    }

    context("users whom answers cannot tell apart are told of once, if Auth is the reason") {
      fun late(isLate: Boolean = true): Installed = {
        install(Auth) {
          bearer {
            loadTokens { BearerTokens("OLD", "r") }
            sendWithoutRequest { !isLate }
          }
        }
      }
      fun shared(tenant: String? = null): LlmResilienceConfig.() -> Unit = {
        model(SONNET)
        answers({ tenant }) { singleFlight() }
      }
      val alone: LlmResilienceConfig.() -> Unit = { model(SONNET) }
      withData<Told>(
        { it.name },
        Told("a credential on demand, after", true, shared(), within = late()),
        Told("a credential on demand, before", false, shared(), around = late()),
        Told("a credential at once, after", false, shared(), within = late(false)),
        Told("a named tenant", false, shared("me"), within = late()),
        Told("no answers that are shared", false, alone, within = late()),
      ) { case ->
        val told = logged {
          withClient(case.plugin, case.around, case.within) { provider, client ->
            provider.accepts("OLD")
            repeat(2) { client.ask(provider).status.value shouldBe 200 }
          }
        }
        told.map { it.substringBefore(" and sends") } shouldContainExactly
          if (case.isTold) listOf("Auth is installed after LlmResilience") else listOf()
      }
    }

    test("a refreshed token goes through where the models share a credential by name") {
      inBothOrders(
        auth(),
        {
          model(SONNET) { credential("mine") }
          model(HAIKU) { credential("mine") }
          retry { maxAttempts(1) }
        },
      ) { provider, client ->
        provider.anyModel().script {
          if (it.header("authorization") == "Bearer OLD") Behaviour.status(401)
          else Behaviour.healthy()
        }

        client.ask(provider).resilience?.served() shouldBe SONNET

        provider.askedModels() shouldContainExactly listOf(SONNET, SONNET)
      }
    }

    test("a refusal of one caller's credential keeps no other caller's away") {
      withClient({
        model(SONNET) { credential("mine") }
        retry { maxAttempts(1) }
      }) { provider, client ->
        provider.accepts("GOOD")

        client.ask(provider) { header("Authorization", "Bearer BAD") }.status.value shouldBe 401
        client.ask(provider) { header("Authorization", "Bearer GOOD") }.status.value shouldBe 200
      }
    }

    test("a refusal of the plugin's own credential keeps calls away that would send it again") {
      withClient({
        model(SONNET) { patch { credential("own") } }
        retry { maxAttempts(1) }
        credential("own") { bearer("BAD") }
      }) { provider, client ->
        provider.accepts("GOOD")

        client.ask(provider).status.value shouldBe 401
        shouldThrow<CallRejectedException> { client.ask(provider) }

        provider.requests().size shouldBe 1
      }
    }

    test("a credential of the plugin's that is read anew is sent again after a refusal") {
      val token = AtomicInteger()
      withClient({
        model(SONNET) { patch { credential("own") } }
        retry { maxAttempts(1) }
        credential("own") { bearer { "T${token.incrementAndGet()}" } }
      }) { provider, client ->
        provider.accepts("T2")

        client.ask(provider).status.value shouldBe 401
        client.ask(provider).status.value shouldBe 200
      }
    }

    context("a token is refreshed once, however many attempts follow") {
      withData<Pair<String, LlmResilienceConfig.() -> Unit>>(
        { it.first },
        "other models" to { use(resilienceOfTwo()) },
        "the same model" to { use(resilienceOfTwo(maxAttempts = 3)) },
      ) { (_, plugin) ->
        val refreshes = AtomicInteger()
        withClient(plugin, within = auth(refreshes)) { provider, client ->
          provider.accepts("NEW-1", Behaviour.overloaded())

          client.ask(provider).status.value shouldBe 529

          refreshes.get() shouldBe 1
          provider.requests().count { it.header("authorization") == "Bearer OLD" } shouldBe 1
        }
      }
    }

    context("a token goes to no other server, and to no model with a credential of its own") {
      withData<Pair<String, Boolean>>({ it.first }, "before" to true, "after" to false) {
        (_, isBefore) ->
        ScriptedProvider.start().use { second ->
          second.anyModel().always(Behaviour.status(401))
          val refreshes = AtomicInteger()
          val plugin: LlmResilienceConfig.() -> Unit = {
            model(SONNET)
            model("own") { patch { credential("own") } }
            model("elsewhere") { patch { endpoint(URI(second.baseUrl)) } }
            retry { maxAttempts(1) }
            credential("own") { header("x-api-key", "OWN") }
          }
          withClient(
            plugin,
            around = if (isBefore) auth(refreshes) else ({}),
            within = if (isBefore) ({}) else auth(refreshes),
          ) { provider, client ->
            provider.anyModel().script {
              if (it.model == SONNET) Behaviour.overloaded() else Behaviour.status(413)
            }
            client.ask(provider).status.value shouldBe 401
            provider.anyModel().script {
              if (it.model == SONNET) Behaviour.overloaded() else Behaviour.status(401)
            }
            client.ask(provider).status.value shouldBe 401

            val own = provider.requests("own")
            own.map { it.header("authorization") } shouldContainExactly listOf(null, null)
            own.map { it.header("x-api-key") } shouldContainExactly listOf("OWN", "OWN")
          }
          refreshes.get() shouldBe 0
          second.requests().size shouldBe 1
          "${second.requests().map { it.headers }}" shouldNotContain "Bearer"
        }
      }
    }
  })
