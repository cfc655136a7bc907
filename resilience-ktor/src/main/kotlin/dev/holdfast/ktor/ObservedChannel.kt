package dev.holdfast.ktor

import dev.holdfast.plan.Step
import io.ktor.client.call.HttpClientCall
import io.ktor.client.engine.ClientEngineClosedException
import io.ktor.client.utils.unwrapCancellationException
import io.ktor.utils.io.ByteReadChannel
import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.yield

/**
 * The body of a stream on its way to its reader: the bytes are looked at and moved on, in the
 * reader's own coroutine and at its pace.
 *
 * A broken stream ends with an exception, whatever the engine makes of it: a channel that was
 * closed with a cause looks like one that has ended, to those who do not wait for its content.
 *
 * @param gap how long the reader waits for the end of a stream that is complete
 */
internal class ObservedChannel(
  private val source: ByteReadChannel,
  private val judge: StreamJudge,
  private val gap: Duration,
  private val time: EngineTime,
) : ReadyChannel() {

  private val turns = Turns()
  private var life: StreamLife? = null
  private var isTold = false
  @Volatile private var failure: Throwable? = null
  @Volatile private var isSettled = false
  @Volatile private var isAtEnd = false

  override val closedCause: Throwable?
    get() = failure.takeIf { ready.exhausted() }

  override val isClosedForRead: Boolean
    get() = ready.exhausted() && (isTold || (isAtEnd && failure == null))

  /**
   * Reads until there is content, or anything else to know, and holds it back.
   *
   * @param isClosed whether the client was closed, which is no failure of the stream
   * @return the step after the failure of the stream; null if it is to be read on
   */
  suspend fun readAhead(isClosed: () -> Boolean): Step<HttpClientCall>? {
    while (!judge.isReleased && !judge.isDecided) {
      val thrown = awaitSource()
      when {
        thrown == null && source.hasReady() -> move()
        isClosed() -> throw ClientEngineClosedException(thrown)
        thrown != null -> judge.threw(thrown)
        else -> source.closedCause?.let { judge.threw(it.unwrapped()) } ?: judge.ended()
      }
      if (!judge.isDecided && !judge.isReleased && ready.size > LONGEST_HELD) judge.releases()
    }
    return judge.step
  }

  private suspend fun awaitSource(): Throwable? =
    try {
      source.awaitContent()
      null
    } catch (thrown: Throwable) {
      if (!currentCoroutineContext().isActive) throw thrown
      thrown.unwrapped()
    }

  /** Nobody will read the stream, of which nothing has been handed over. */
  fun abandon() {
    source.cancel(CancellationException("The stream is of no use"))
  }

  /** From now on the stream belongs to its reader, until it or the call ends. */
  fun handOver(life: StreamLife) {
    this.life = life
    judge.shown()
    life.begin()
    if (judge.isDecided) turns.end(::settle)
    else life.watch(judge.timeLeft(), { stops(judge::overdue) }, ::abandoned)
  }

  override suspend fun awaitContent(min: Int): Boolean {
    while (ready.size < min) {
      failure?.let {
        isTold = true
        throw it
      }
      if (isAtEnd) return false
      if (turns.isOver) readRest() else readOn()
    }
    return true
  }

  override fun cancel(cause: Throwable?) {
    turns.end {
      judge.left()
      settle(cause)
    }
    source.cancel(cause)
    if (!isAtEnd) life?.cancel()
    isAtEnd = true
  }

  private suspend fun readOn() {
    if (!source.hasReady()) {
      val limit = turns.take { judge.awaits() } ?: return
      val isInTime =
        try {
          time.within(limit) { source.awaitContent() } != null
        } catch (thrown: Throwable) {
          if (currentCoroutineContext().isActive) return breaks(thrown)
          // The reader may come back; whether it has left is told by others.
          turns.take { judge.pauses() }
          throw thrown
        }
      if (!source.hasReady()) return if (isInTime) ends() else stops(::stalled)
    }
    turns.take {
      move()
      judge
    }
    if (judge.isDecided) turns.end(::settle)
  }

  private fun ends() {
    source.closedCause?.let {
      return breaks(it)
    }
    turns.end {
      judge.ended()
      settle()
    }
  }

  /** An engine that is closed may leave its streams silent: then that says nothing of the model. */
  private fun stalled() {
    if (life?.isClosed == true) judge.late(ClientEngineClosedException()) else judge.stalled()
  }

  private fun stops(report: () -> Unit) {
    turns.end {
      report()
      settle()
    }
  }

  private fun breaks(thrown: Throwable) = abandoned(thrown, life?.isWanted ?: true)

  /** The call has ended under the stream: by its model, or by its caller. */
  private fun abandoned(thrown: Throwable, byModel: Boolean) {
    turns.end {
      val late = if (byModel) null else life?.lateness()
      when {
        byModel -> judge.threw(thrown.unwrapped())
        late != null -> judge.late(late)
        else -> judge.left()
      }
      settle(thrown)
    }
  }

  private fun settle() = settle(null)

  private fun settle(cause: Throwable?) {
    failure =
      when (val step = judge.step) {
        is Step.Throw -> step.failure
        else ->
          if (judge.isComplete) null else cause ?: CancellationException("The stream was left")
      }
    isSettled = true
    life?.end()
    failure?.let {
      source.cancel(it)
      life?.cancel()
    }
  }

  /** Nothing that comes after the end of the stream can make it another one. */
  private suspend fun readRest() {
    while (!isSettled) yield()
    if (failure != null) return
    val hasMore =
      try {
        time.within(gap) { source.awaitContent() }
      } catch (thrown: Throwable) {
        if (!currentCoroutineContext().isActive) throw thrown
        false
      }
    if (hasMore != true || !source.moveTo(ready)) isAtEnd = true
    if (hasMore == null) {
      source.cancel(null)
      // Ktor waits for whoever reads from the connection, and some engines do so until its end.
      life?.cancel()
    }
  }

  private fun move() {
    if (source.moveTo(ready, judge::look)) judge.arrived()
  }

  private companion object {
    const val LONGEST_HELD = 64L * 1024
  }
}

/** Engines and `HttpTimeout` tell failures by cancellations that they cause. */
internal fun Throwable.unwrapped(): Throwable =
  if (this is CancellationException) unwrapCancellationException() else this
