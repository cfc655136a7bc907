package dev.holdfast.coroutines

import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.SchedulerTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

/** Streams of a Resilience that are shared. */
class SharedStreamsTest :
  FunSpec({
    test("one call answers all who ask the same, and who comes late gets what has arrived") {
      runTest {
        val shared = SharedStream(this)
        val first = shared.collect()
        runCurrent()
        shared.items.send("one")
        runCurrent()
        val late = shared.collect()
        runCurrent()
        late.seen shouldContainExactly listOf("one")

        shared.items.send("two")
        shared.items.close()
        runCurrent()

        for (each in listOf(first, late)) {
          each.seen shouldContainExactly listOf("one", "two")
          each.end.await() shouldBe null
        }
        shared.asked shouldContainExactly listOf("a")
        shared.endings() shouldContainExactly listOf(Ending.ANSWERED)
      }
    }

    test("a fallback before the first content is made once, for all") {
      runTest {
        val shared = SharedStream(this)
        shared.failing += "a"
        val all = List(3) { shared.collect() }
        shared.items.send("b's")
        shared.items.close()

        all.forEach { it.end.await() shouldBe null }

        all.forEach { it.seen shouldContainExactly listOf("b's") }
        shared.asked shouldContainExactly listOf("a", "a", "a", "b")
        shared.records.single().fellBack() shouldBe true
        currentTime shouldBe 2_000
      }
    }

    test("who leaves leaves alone, and the call is cancelled with the last") {
      runTest {
        val shared = SharedStream(this)
        val all = List(2) { shared.collect() }
        runCurrent()

        all[0].end.cancel()
        runCurrent()
        shared.records.size shouldBe 0
        all[1].end.cancel()
        runCurrent()

        shared.endings() shouldContainExactly listOf(Ending.CANCELLED)
        shared.flows.size shouldBe 0
      }
    }

    test("a stream that breaks after content is an interruption for all, late ones included") {
      runTest {
        val shared = SharedStream(this)
        val first = shared.collect()
        shared.items.send("one")
        runCurrent()
        val late = shared.collect()
        runCurrent()

        shared.items.close(Fault(OVERLOADED))

        for (each in listOf(first, late)) {
          each.seen shouldContainExactly listOf("one")
          val end = each.end.await().shouldBeInstanceOf<StreamInterruptedException>()
          CallRecord.of(end)?.wasInterrupted() shouldBe true
        }
        shared.asked shouldContainExactly listOf("a")
        shared.flows.size shouldBe 0
      }
    }

    test("a failure of the whole chain comes to all, and the next one asks anew") {
      runTest {
        val shared = SharedStream(this, hangs = true)
        val all = List(2) { shared.collect() }

        all.forEach { it.end.await().shouldBeInstanceOf<AttemptTimeoutException>() }
        shared.asked shouldContainExactly listOf("a", "a", "b", "b")
        val next = shared.collect()
        runCurrent()

        shared.asked.size shouldBe 5
        next.end.cancel()
      }
    }

    test("the deadline of who came first ends its own wait only") {
      runTest {
        val shared = SharedStream(this)
        val first = async { runCatching { withDeadline(5.seconds) { shared.flow().collect {} } } }
        runCurrent()
        val other = shared.collect()
        first.await().isFailure shouldBe true

        shared.items.send("one")
        shared.items.close()
        other.end.await() shouldBe null

        other.seen shouldContainExactly listOf("one")
      }
    }
  })

/** A stream of what a test sends, and those who collect it together. */
private class SharedStream(private val test: TestScope, private val hangs: Boolean = false) {
  val items = Channel<String>(Channel.UNLIMITED)
  val asked = mutableListOf<String>()
  val failing = mutableSetOf<String>()
  val records = mutableListOf<CallRecord>()
  val flows = SharedFlows<String>()

  private val resilience =
    scenarioResilience(SchedulerTime(test.testScheduler)) { classifier(FaultClassifier) }
      .apply { onCall { records += it } }

  fun endings(): List<Ending> = records.map { it.ending }

  fun flow(): Flow<String> =
    flows.share(
      "key",
      resilience.stream {
        asked += it.model
        when {
          hangs -> flow { awaitCancellation() }
          it.model in failing -> throw Fault(OVERLOADED)
          else -> items.consumeAsFlow()
        }
      },
    )

  fun collect(): Collector {
    val seen = mutableListOf<String>()
    return Collector(
      seen,
      test.async { runCatching { flow().collect(seen::add) }.exceptionOrNull() },
    )
  }
}

private class Collector(val seen: List<String>, val end: Deferred<Throwable?>)
