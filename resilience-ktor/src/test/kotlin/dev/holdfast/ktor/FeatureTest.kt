package dev.holdfast.ktor

import dev.holdfast.AlertRule
import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.deadline
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext

class FeatureTest :
  FunSpec({
    val plugin: LlmResilienceConfig.() -> Unit = {
      listOf(SONNET, HAIKU, "claude-opus").forEach { model(it) }
      retry { maxAttempts(1) }
      feature("chat") { chain("claude-opus", HAIKU) }
    }

    context("a request of a feature asks the feature's chain") {
      withData<Pair<String, List<String>>>(
        { "for ${it.first}" },
        "claude-opus" to listOf("claude-opus", HAIKU),
        HAIKU to listOf(HAIKU),
        SONNET to listOf("claude-opus", HAIKU),
        "any" to listOf("claude-opus", HAIKU),
      ) { (model, asked) ->
        withClient(plugin) { provider, client ->
          provider.anyModel().always(Behaviour.overloaded())

          val response = client.ask(provider, model) { resilience { feature("chat") } }

          provider.askedModels() shouldContainExactly asked
          response.resilience?.feature() shouldBe "chat"
        }
      }
    }

    test("a feature that nobody declared is refused") {
      withClient(plugin) { provider, client ->
        shouldThrow<IllegalArgumentException> {
            client.ask(provider) { resilience { feature("code") } }
          }
          .message shouldBe "feature must be one of [chat], but was 'code'"
      }
    }

    test("a feature bounds its calls that are under way") {
      withClient({
        model(SONNET)
        feature("chat") { bulkhead { maxConcurrentCalls(1) } }
      }) { provider, client ->
        val release = CompletableFuture<Unit>()
        provider.model(SONNET).always(Behaviour.hangUntil(release))
        coroutineScope {
          val first = async { client.ask(provider) { resilience { feature("chat") } } }
          withContext(Dispatchers.IO) { provider.awaitRequests(1, Duration.ofSeconds(10)) }

          shouldThrow<BulkheadFullException> {
            client.ask(provider) { resilience { feature("chat") } }
          }

          release.complete(Unit)
          first.await().status.value shouldBe 200
        }
      }
    }

    test("a feature has its own deadline") {
      withClient({
        model(SONNET)
        feature("chat") { deadline(200.milliseconds) }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.hang())

        shouldThrow<AttemptTimeoutException> {
          client.ask(provider) { resilience { feature("chat") } }
        }
      }
    }

    test("alerts are told by the rule of the install block") {
      val alerts = mutableListOf<Double>()
      withClient({
        plugin()
        alert(AlertRule(0.5, 2, Duration.ofMinutes(1)))
      }) { provider, client ->
        provider.anyModel().always(Behaviour.status(400, "{}"))
        client.resilience.onAlert { alerts += 1.0 }

        repeat(2) { client.ask(provider) }

        alerts.size shouldBe 1
      }
    }
  })
