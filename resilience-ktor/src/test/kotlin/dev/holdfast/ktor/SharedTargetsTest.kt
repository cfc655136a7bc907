package dev.holdfast.ktor

import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class SharedTargetsTest :
  FunSpec({
    test("the names that requests have for the models of a shared instance are understood") {
      val shared = resilience {
        model("here") { requestedAs(SONNET) }
        model("there") { requestedAs(HAIKU) }
        retry { maxAttempts(1) }
      }
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        val record = client.ask(provider).resilience

        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
        record?.requested() shouldBe "here"
        record?.served() shouldBe "there"
        shared.breakers().breaker("here").failures() shouldBe 1
      }
    }

    test("a request for a declared model is guarded on an unknown path, by any of its names") {
      val shared = resilience {
        model("here") { requestedAs(SONNET) }
        model(HAIKU)
        retry { maxAttempts(1) }
      }
      withClient({ use(shared) }) { provider, client ->
        provider.anyModel().next(Behaviour.overloaded())

        client.ask(provider, path = "/proxy").resilience?.requested() shouldBe "here"
      }
    }

    test("the credential that a model of a shared instance is known to use is sent") {
      val shared = resilience {
        model(SONNET)
        model(HAIKU) { credential("second") }
        retry { maxAttempts(1) }
      }
      withClient({
        use(shared)
        credential("second") { header("x-api-key", "SECOND") }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider)

        provider.requests().map { it.header("x-api-key") } shouldContainExactly
          listOf(null, "SECOND")
      }
    }
  })
