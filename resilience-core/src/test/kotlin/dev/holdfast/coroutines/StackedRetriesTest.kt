package dev.holdfast.coroutines

import dev.holdfast.ChainWarning
import dev.holdfast.Resilience
import dev.holdfast.answers.Answers
import dev.holdfast.answers.QUESTION
import dev.holdfast.model.Model
import dev.holdfast.retry.Retry
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

private class Nesting(
  val outer: Resilience = twoModels(),
  val inner: Resilience = twoModels(),
  val retry: Retry = Retry.defaults(),
)

private fun twoModels(): Resilience =
  Resilience.builder().model(Model.of("a")).model(Model.of("b")).build()

private fun oneAttempt(): Resilience =
  Resilience.builder().model(Model.of("a")).retry(Retry.builder().maxAttempts(1).build()).build()

private fun Resilience.isWarned() =
  warnings().any { it.kind() == ChainWarning.Kind.STACKED_RETRIES }

private fun failingAtFirst(attempt: Int): String = if (attempt == 1) throw IOException() else "1"

private class Way(
  private val name: String,
  val warned: Set<String>,
  val nesting: () -> Nesting = { Nesting() },
  val make: suspend Nesting.() -> Unit,
) {
  override fun toString() = name
}

class StackedRetriesTest :
  FunSpec({
    val ofInner = setOf("inner")
    val ofOuter = setOf("outer")
    val nobody = emptySet<String>()
    fun single() = Nesting(inner = oneAttempt())

    context("retries inside an attempt of a call are noticed, and others are not") {
      withData<Way>(
        { "$it" },
        Way("a call in a call", ofInner) { outer.callSuspend { inner.callSuspend { 1 } } },
        Way("a call in a call, on another dispatcher", ofInner) {
          outer.callSuspend {
            val scheduler = currentCoroutineContext()[TestCoroutineScheduler]
            withContext(StandardTestDispatcher(scheduler)) {
              coroutineScope { async { inner.callSuspend { 1 } } }
            }
          }
        },
        Way("a stream in a call", ofInner) {
          outer.callSuspend { inner.stream { flowOf(1) }.first() }
        },
        Way("a call in a stream, before its flow", ofInner) {
          outer
            .stream {
              inner.callSuspend { 1 }
              flowOf(1)
            }
            .first()
        },
        Way("a call in a stream, while it flows", ofInner) {
          outer.stream { flow { emit(inner.callSuspend { 1 }) } }.toList()
        },
        Way("a call in a stream whose flow has coroutines of its own", ofInner) {
          outer.stream { channelFlow { send(inner.callSuspend { 1 }) } }.toList()
        },
        Way("a stream in a stream", ofInner) {
          outer.stream { inner.stream { flowOf(1) } }.toList()
        },
        Way("a call in a call of a plan", ofInner) {
          outer.plan<Int>(false).drive { inner.callSuspend { 1 } }
        },
        Way("a plan in a call", ofInner) {
          outer.callSuspend { inner.plan<Int>(false).drive(inner) { 1 } }
        },
        Way("an answer that may be kept in a call", ofInner) {
          val answers = Answers.of<String>(inner).build()
          outer.callSuspend { answers.callSuspend(QUESTION) { "1" } }
        },
        Way("a retry in an answer that may be kept", ofOuter) {
          val answers = Answers.of<String>(outer).build()
          answers.callSuspend(QUESTION) { retry.withRetry { failingAtFirst(it) } }
        },
        Way("a retry in a call", ofOuter) {
          outer.callSuspend { retry.withRetry { failingAtFirst(it) } }
        },
        Way("a retry in a call that is not taken", nobody) {
          outer.callSuspend { retry.withRetry { 1 } }
        },
        Way("a plan that is carried out by hand, in a call", ofInner) {
          outer.callSuspend { inner.noticeStackedRetries() }
        },
        Way("a call in an attempt that is made by hand", ofInner) {
          outer.asAttempt { inner.callSuspend { 1 } }
        },
        Way("a retry in an attempt that is made by hand", ofOuter) {
          outer.asAttempt { retry.withRetry { failingAtFirst(it) } }
        },
        Way("a plan that is carried out by hand, alone", nobody) {
          inner.noticeStackedRetries()
          outer.asAttempt { 1 }
        },
        Way("a retry of a flow in a stream", ofOuter) {
          var attempts = 0
          outer.stream { flow { emit(failingAtFirst(++attempts)) }.withRetry(retry) }.toList()
        },
        Way("one call after the other", nobody) {
          outer.callSuspend { 1 }
          inner.callSuspend { 1 }
        },
        Way("a call in a degraded answer", nobody) {
          outer.callSuspend(degraded = { inner.callSuspend { 1 } }) { throw IOException() }
        },
        Way("a call by the collector of a stream", nobody) {
          outer.stream { flowOf(1, 2) }.collect { inner.callSuspend { 1 } }
        },
        Way("a call with a single attempt in a call", nobody, ::single) {
          outer.callSuspend { inner.callSuspend { 1 } }
        },
        Way("a call in a call with a single attempt", nobody, { Nesting(outer = oneAttempt()) }) {
          outer.callSuspend { inner.callSuspend { 1 } }
        },
        Way(
          "a retry of a single attempt in a call",
          nobody,
          { Nesting(retry = Retry.builder().maxAttempts(1).build()) },
        ) {
          outer.callSuspend { retry.withRetry { 1 } }
        },
      ) { way ->
        runTest {
          val nesting = way.nesting()

          way.make(nesting)

          nesting.inner.isWarned() shouldBe ("inner" in way.warned)
          nesting.outer.isWarned() shouldBe ("outer" in way.warned)
        }
      }
    }

    test("a call in a call of the same object is warned of once, whatever happens after") {
      runTest {
        val resilience = twoModels()
        resilience.warnings() shouldBe emptyList()

        repeat(2) { resilience.callSuspend { resilience.callSuspend { 1 } } }

        resilience.warnings().map { it.kind() } shouldContainExactly
          listOf(ChainWarning.Kind.STACKED_RETRIES)
      }
    }

    test("what a stream emits comes to its collector in the collector's own context") {
      runTest {
        val flow: Flow<Int> = twoModels().stream { flowOf(1, 2, 3) }

        flow { flow.collect { emit(it) } }.toList() shouldContainExactly listOf(1, 2, 3)
      }
    }
  })
