package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsText

/** Answers to requests that a transformer made are those of the API that it made them for. */
class TransformedAnswerTest :
  FunSpec({
    suspend fun failuresOf(
      answer: Behaviour,
      from: String,
      to: String,
      expected: String,
    ): List<FailureClass?> =
      ScriptedProvider.start().use { second ->
        second.anyModel().always(answer)
        var failures = emptyList<FailureClass?>()
        withClient({
          use(resilienceOfTwo())
          transform(HAIKU) { original, _ ->
            url("${second.baseUrl}$to")
            original
          }
        }) { first, client ->
          first.anyModel().always(Behaviour.overloaded())

          val response = client.ask(first, path = from)

          response.bodyAsText() shouldBe expected
          failures = response.resilience!!.attempts().map { it.failure() }
        }
        failures
      }

    test("an API of its own may answer in any form") {
      val plain = Behaviour.status(200, "Hello", mapOf("content-type" to "text/plain"))

      failuresOf(plain, "/v1/messages", "/generate", "Hello") shouldContainExactly
        listOf(FailureClass.OVERLOADED, null)
    }

    test("a known API is judged, even if the caller's own is not known") {
      val error = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""

      failuresOf(
        Behaviour.status(200, error),
        "/generate",
        "/v1/messages",
        error,
      ) shouldContainExactly listOf(FailureClass.OVERLOADED, FailureClass.OVERLOADED)
    }
  })
