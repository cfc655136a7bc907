package dev.holdfast.examples.drill

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

class LiveTest :
  FunSpec({
    suspend fun live(provider: ScriptedProvider): Pair<Boolean, String> {
      val settings = LiveSettings("sk-secret", provider.baseUrl, "claude-a", "claude-b")
      val bytes = ByteArrayOutputStream()
      val answered = makeLiveCalls(settings, PrintStream(bytes))
      return answered to bytes.toString()
    }

    test("tells which model answered, sends the key, and does not show it") {
      ScriptedProvider.start().use { provider ->
        val (answered, text) = live(provider)

        answered shouldBe true
        text shouldContain "claude-a: Hello from claude-a"
        text shouldNotContain "secret"
        provider.requests().map { it.header("x-api-key") }.distinct() shouldBe listOf("sk-secret")
      }
    }

    test("a refused key is told by status and type, without what the provider says") {
      ScriptedProvider.start().use { provider ->
        val body = """{"type":"error","error":{"type":"authentication_error","message":"sk-s"}}"""
        provider.anyModel().always(Behaviour.status(401, body))

        val (answered, text) = live(provider)

        answered shouldBe false
        text shouldContain "failed: HTTP 401 authentication_error"
        text shouldNotContain "sk-s"
      }
    }
  })
