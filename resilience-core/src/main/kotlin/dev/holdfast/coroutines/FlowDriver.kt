package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import dev.holdfast.stream.StreamIntake
import dev.holdfast.stream.StreamOptions
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext

/** Carries out the steps of one call whose answer is a flow, in the coroutine that collects it. */
internal class FlowDriver<T>(
  private val plan: CallPlan<Unit>,
  private val resilience: Resilience,
  private val options: StreamOptions<in T>,
  consumer: FlowCollector<T>,
  private val block: suspend (Attempt) -> Flow<T>,
) {

  private val mark = AttemptMark(resilience)
  private val outlet = FlowOutlet(consumer)

  suspend fun carryOut(degraded: (suspend (CallFailure) -> Flow<T>)?) {
    try {
      carryOutSteps(degraded)
    } catch (thrown: Throwable) {
      when {
        leftBy(thrown) == null -> throw plan.endsBy(thrown)
        !outlet.isUsed -> plan.cancelled()
      }
      throw outlet.thrown ?: thrown
    }
  }

  private suspend fun carryOutSteps(degraded: (suspend (CallFailure) -> Flow<T>)?) {
    var step: Step<Unit>? = plan.next()
    while (step != null) {
      step =
        when (step) {
          is Step.Call -> attempt(step.attempt)
          is Step.Enter -> plan.enter(step)
          is Step.Pause -> {
            delay(step.duration.toKotlinDuration())
            plan.next()
          }
          is Step.Degrade -> return checkNotNull(degraded)(step.failure).collect(outlet)
          is Step.Return -> return
          is Step.Throw -> throw step.failure
        }
    }
  }

  /** The step after the attempt; null if it has answered. */
  private suspend fun attempt(attempt: Attempt): Step<Unit>? {
    val intake = StreamIntake<T, Unit>(plan, options)
    val reports = intake.reports()
    val watch = StallWatch(resilience.time(), attempt.gap.toKotlinDuration())
    watch.awaits(reports.awaitingItem())
    val thrown =
      watch.guard {
        withContext(mark) { block(attempt) }
          .flowOn(mark)
          .collect { item ->
            watch.arrived()
            intake.arrived(item)
            outlet.drain(intake)
            watch.awaits(reports.awaitingItem())
          }
        watch.arrived()
      }
    leftBy(thrown)?.let {
      reports.left()
      throw it
    }
    val step =
      when {
        watch.isOver -> intake.stalled()
        thrown == null -> intake.ended()
        else -> intake.threw(thrown)
      }
    if (step == null) outlet.drain(intake)
    return step
  }

  /** What ended the attempt, if that was its consumer and not the model. */
  private suspend fun leftBy(thrown: Throwable?): Throwable? {
    val context = currentCoroutineContext()
    return outlet.thrown
      ?: if (context.isActive) null
      else thrown ?: runCatching { context.ensureActive() }.exceptionOrNull()
  }
}

/** The collector of a stream; remembers what it threw, which is nobody else's failure. */
private class FlowOutlet<T>(private val consumer: FlowCollector<T>) : FlowCollector<T> {

  var thrown: Throwable? = null
    private set

  /** Whether the consumer was given an item. */
  var isUsed = false
    private set

  override suspend fun emit(value: T) {
    // A flow that caught it, against the rules, gets it again.
    thrown?.let { throw it }
    isUsed = true
    try {
      consumer.emit(value)
    } catch (own: Throwable) {
      if (isCollectorsOwn()) thrown = own
      throw own
    }
  }

  suspend fun drain(intake: StreamIntake<T, *>) {
    while (intake.isReady) emit(intake.next())
  }
}
