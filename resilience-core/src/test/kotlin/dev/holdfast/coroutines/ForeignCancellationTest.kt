package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.answers.Question
import dev.holdfast.answers.RequestKey
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.plan.CallRecord
import dev.holdfast.retry.Retry
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.SchedulerTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

/** What must not be taken for a cancellation by whoever launched the call. */
class ForeignCancellationTest :
  FunSpec({
    fun TestScope.resilience() =
      scenarioResilience(SchedulerTime(testScheduler))
        .withChain(listOf("a"))
        .withRetry(Retry.builder().maxAttempts(1).build())

    val attempts =
      mapOf<String, suspend () -> String>(
        "its own timeout" to { withTimeout(5.seconds) { awaitCancellation() } },
        "a cancellation thrown by hand" to { throw CancellationException("by hand") },
        "a deferred that was cancelled" to
          {
            CompletableDeferred<String>().also { it.cancel() }.await()
          },
        "a child that was cancelled" to
          {
            coroutineScope { async<String> { awaitCancellation() }.also { it.cancel() }.await() }
          },
        "a scope that cancels itself" to
          {
            coroutineScope {
              cancel("no more")
              awaitCancellation()
            }
          },
        "a channel that was cancelled" to { Channel<String>().also { it.cancel() }.receive() },
      )
    val calls =
      mapOf<String, suspend Resilience.(suspend () -> String) -> Any?>(
        "a call" to { attempt -> callSuspend { attempt() } },
        "a stream" to { attempt -> stream { flow { emit(attempt()) } }.collect {} },
        "a question" to { attempt -> answers<String>(this) {}.callSuspend(QUESTION) { attempt() } },
        "a shared question" to
          { attempt ->
            answers<String>(this) { singleFlight() }.callSuspend(QUESTION) { attempt() }
          },
        "a shared flow" to
          { attempt ->
            SharedFlows<String>().share("key", stream { flow { emit(attempt()) } }).collect {}
          },
      )

    attempts.forEach { (what, attempt) ->
      calls.forEach { (name, call) ->
        test("$name whose last attempt ends with $what is heard to fail by who launched it") {
          runTest {
            val heard = mutableListOf<Throwable>()
            supervisorScope {
              launch(CoroutineExceptionHandler { _, thrown -> heard += thrown }) {
                resilience().call(attempt)
              }
            }

            val failure = heard.single().shouldBeInstanceOf<AttemptTimeoutException>()
            failure.model() shouldBe "a"
            failure.cause.shouldBeInstanceOf<CancellationException>()
            CallRecord.of(failure).shouldNotBeNull().ending shouldBe CallRecord.Ending.FAILED
          }
        }
      }
    }

    test("the coroutine's own exception is the cause, and the time is that of the attempt") {
      runTest {
        val thrown =
          shouldThrow<AttemptTimeoutException> {
            resilience().callSuspend { withTimeout(5.seconds) { awaitCancellation() } }
          }

        thrown.cause.shouldBeInstanceOf<TimeoutCancellationException>()
        thrown.timeout().seconds shouldBe 30
      }
    }

    test("a timeout in a static answer is no cancellation of who asked") {
      runTest {
        listOf(false, true).forEach { isShared ->
          val answers =
            answers<String>(resilience()) {
              if (isShared) singleFlight()
              staticAnswer { throw CancellationException("by hand") }
            }

          val thrown =
            shouldThrow<IllegalStateException> { answers.callSuspend(QUESTION) { error("down") } }

          (thrown is CancellationException) shouldBe false
          // Coroutines that recover stack traces throw a copy of it, caused by the original.
          val causes = generateSequence(thrown.cause) { it.cause }
          causes.any { it is CancellationException } shouldBe true
        }
      }
    }
  })

private val QUESTION = Question.of(RequestKey.of("acme", "1"))
