package dev.holdfast.stream

import dev.holdfast.bulkhead.VirtualTime
import dev.holdfast.coroutines.stream
import dev.holdfast.plan.CallFailure
import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.concurrent.Flow.Publisher
import java.util.function.Function
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** The faces for streams, reduced to one shape: carry out this scenario and tell what happened. */
enum class StreamFace {
  FLOW {
    override fun run(scenario: StreamScenario): List<String> {
      var told: List<String>? = null
      runTest {
        val time = VirtualTime(this)
        val trace = Trace(scenario) { Duration.ofMillis(currentTime) }
        val resilience = scenario.resilience(time).apply(scenario.prepare)
        delay(scenario.later.seconds)
        trace.begin(resilience)
        val stream =
          resilience.stream(scenario.streamOptions(), scenario.degradedFlow()) {
            val signals = trace.next(it)
            signals.first().let { first -> if (first.word.startsWith("!!")) throw first.fault!! }
            play(signals)
          }
        val call = launch { collect(stream, scenario, trace) }
        scenario.cancelledAt?.let {
          delay(it.seconds)
          trace.tell("cancelled")
          call.cancel()
        }
        call.join()
        told = trace.end(resilience)
      }
      return told!!
    }

    private fun StreamScenario.degradedFlow(): (suspend (CallFailure) -> Flow<String>)? =
      degraded?.let { { _ -> play(StreamScenario.parse(it)) } }

    private suspend fun collect(stream: Flow<String>, scenario: StreamScenario, trace: Trace) {
      var count = 0
      try {
        val seen =
          stream.onEach {
            trace.tell(it)
            if (++count == scenario.throwsAt) throw Consumer()
            if (count < scenario.takes) delay(scenario.slow.seconds)
          }
        if (scenario.takes < Int.MAX_VALUE) seen.take(scenario.takes).collect {}
        else seen.collect {}
        trace.tell(if (count == scenario.takes) "left" else "complete")
      } catch (own: Consumer) {
        trace.tell("left")
      } catch (cancelled: CancellationException) {
        throw cancelled
      } catch (thrown: Throwable) {
        trace.failed(thrown)
      }
    }

    private fun play(signals: List<Signal>): Flow<String> = flow {
      for (signal in signals) {
        delay(signal.seconds.seconds)
        when {
          signal.word == "end" -> return@flow
          signal.word == "hang" -> awaitCancellation()
          else -> emit(signal.fault?.let { throw it } ?: signal.word)
        }
      }
    }
  },
  PUBLISHER {
    override fun run(scenario: StreamScenario): List<String> {
      val time = ManualTime()
      val trace = Trace(scenario, time::elapsed)
      val resilience = scenario.resilience(time).apply(scenario.prepare)
      time.advance(Duration.ofSeconds(scenario.later))
      trace.begin(resilience)
      val degraded: Function<CallFailure, Publisher<String>>? =
        scenario.degraded?.let { reply ->
          Function { ScriptedPublisher(StreamScenario.parse(reply), time) }
        }
      val publisher =
        resilience.publisher(
          {
            val signals = trace.next(it)
            signals.first().let { first -> if (first.word.startsWith("!!")) throw first.fault!! }
            ScriptedPublisher(signals, time)
          },
          scenario.streamOptions(),
          degraded,
        )
      publisher.subscribe(ScriptedSubscriber(scenario, trace, time))
      // Whole seconds, so that what is left behind is found at the end and not after it.
      repeat(200) { time.advance(Duration.ofSeconds(1)) }
      val told = trace.end(resilience)
      check(time.scheduled() == 0) { "a timer was left behind, after $told" }
      return told
    }
  };

  /** Makes the call of the scenario and tells its attempts, its items and its end. */
  abstract fun run(scenario: StreamScenario): List<String>
}

/** What a consumer throws itself. */
class Consumer : RuntimeException()
