package dev.holdfast.ktor

import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.HttpClient
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout

/** Cancellations inside a call, which whoever launched it must not take for one of the call. */
class ForeignCancellationTest :
  FunSpec({
    val hasty =
      createClientPlugin("Hasty") {
        on(Send) { withTimeout(20.milliseconds) { awaitCancellation() } }
      }
    val cancels =
      createClientPlugin("Cancels") { on(Send) { throw CancellationException("by hand") } }

    listOf(true, false).forEach { isStream ->
      test("a time limit of the last attempt's own is heard of, streamed: $isStream") {
        withClient(within = { install(hasty) }) { provider, client ->
          val failure = client.heard(provider, isStream)

          failure.shouldBeInstanceOf<AttemptTimeoutException>().model() shouldBe HAIKU
          failure.cause.shouldBeInstanceOf<TimeoutCancellationException>()
          failure.resilience?.ending shouldBe Ending.FAILED
          failure.resilience?.attempts?.map { it.model } shouldBe listOf(SONNET, HAIKU)
        }
      }

      test("a cancellation of the last attempt's own is heard of, streamed: $isStream") {
        withClient(within = { install(cancels) }) { provider, client ->
          val failure = client.heard(provider, isStream)

          failure.shouldBeInstanceOf<AttemptTimeoutException>()
          failure.cause.shouldBeInstanceOf<CancellationException>()
        }
      }
    }

    test("a degraded answer that is cancelled from inside is heard of") {
      val shared = resilienceOfTwo()
      val endings = mutableListOf<Ending>()
      shared.onCall { endings += it.ending }
      val plugin: LlmResilienceConfig.() -> Unit = {
        use(shared)
        degraded { throw CancellationException("by hand") }
      }
      withClient(plugin) { provider, client ->
        listOf(SONNET, HAIKU).forEach { provider.model(it).always(Behaviour.status(529)) }

        val failure = client.heard(provider, isStream = false)

        failure.shouldBeInstanceOf<IllegalStateException>()
        (failure is CancellationException) shouldBe false
        endings shouldContainExactly listOf(Ending.FAILED)
      }
    }
  })

/** What whoever launches a call hears of its end. */
private suspend fun HttpClient.heard(provider: ScriptedProvider, isStream: Boolean): Throwable {
  val heard = mutableListOf<Throwable>()
  supervisorScope {
    launch(CoroutineExceptionHandler { _, thrown -> heard += thrown }) {
      ask(provider, stream = isStream)
    }
  }
  return heard.single()
}
