package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.attemptTimeout
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.patch
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.FailureClass
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.engine.names.WithDataTestName
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout

/** What the user's own code does in place of its part in the request for [SONNET]. */
private class OwnCode(
  private val what: String,
  val thrown: Class<out Throwable>,
  val plugin: LlmResilienceConfig.() -> Unit,
) : WithDataTestName {
  override fun dataTestName() = what
}

class OwnCodeTest :
  FunSpec({
    fun resilience(vararg models: String): Resilience = resilience {
      for (name in models) {
        model(name) {
          if (name == SONNET) {
            patch { credential("token") }
            attemptTimeout(300.milliseconds)
          }
        }
      }
      retry { maxAttempts(2) }
    }

    val ways =
      listOf(
        OwnCode("a token that cannot be fetched", IOException::class.java) {
          credential("token") { bearer { throw IOException("no token") } }
        },
        OwnCode("a token that is waited for too long", TimeoutException::class.java) {
          credential("token") { bearer { awaitCancellation() } }
        },
        OwnCode("a token whose own limit is over", Exception::class.java) {
          credential("token") { bearer { withTimeout(1.milliseconds) { awaitCancellation() } } }
        },
        OwnCode("headers that fail", IllegalStateException::class.java) {
          credential("token") { bearer("token") }
          headers(SONNET) { error("no header") }
        },
        OwnCode("a transformer that fails", IOException::class.java) {
          credential("token") { bearer("token") }
          transform(SONNET) { _, _ -> throw IOException("no body") }
        },
      )

    context("code of the user's that makes requests says nothing about the model:") {
      withData(ways) { way ->
        val shared = resilience(SONNET, HAIKU)
        withClient({
          use(shared)
          way.plugin(this)
        }) { provider, client ->
          val record = client.ask(provider).resilience!!

          record.attempts().map { it.failure() } shouldContainExactly
            listOf(FailureClass.UNKNOWN, null)
          provider.askedModels() shouldContainExactly listOf(HAIKU)
          shared.breakers().breaker(SONNET).failures() shouldBe 0
        }
      }
    }

    context("where no other model answers, the caller gets what was thrown:") {
      withData(ways) { way ->
        val shared = resilience(SONNET)
        withClient({
          use(shared)
          way.plugin(this)
        }) { provider, client ->
          val thrown = shouldThrow<Exception> { client.ask(provider) }

          way.thrown.isInstance(thrown) shouldBe true
          thrown.resilience?.attempts()?.size shouldBe 1
        }
      }
    }
  })
