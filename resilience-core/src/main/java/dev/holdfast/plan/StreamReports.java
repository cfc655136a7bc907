package dev.holdfast.plan;

import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.outcome.IncompleteStreamException;
import dev.holdfast.outcome.StreamInterruptedException;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.require.Require;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the driver of a stream reports to a {@link CallPlan} beside what every driver does, for one
 * attempt.
 *
 * <pre>{@code
 * var reports = plan.stream();
 * Duration longest = reports.awaitingItem(); // before each item: wait no longer, or stalled()
 * reports.itemArrived();                     // or contentArrived() if it is content
 * reports.completed();                       // or the step of endedEarly(), failed(failure),
 *                                            // plan.threw(e); or left()
 * }</pre>
 *
 * <p>Time counts against the model only from {@link #awaitingItem} to {@link #itemArrived}: a slow
 * consumer is no stalled model.
 *
 * @param <T> what the call returns
 */
public final class StreamReports<T extends @Nullable Object> {

  private final CallPlan<T> plan;
  private final Time time;
  private final Deadline deadline;
  private final Attempt attempt;
  private final long begun;
  private final List<@Nullable Object> received = new ArrayList<>(0);

  private long contents;
  private @Nullable Duration firstContent;
  private long since;
  private boolean awaiting;
  private boolean boundByDeadline;

  /** What the model has had since its last content, or since the beginning. */
  private long waitedNanos;

  StreamReports(CallPlan<T> plan, Patience patience, Attempt attempt, long begun) {
    this.plan = plan;
    this.time = patience.time();
    this.deadline = patience.deadline();
    this.attempt = attempt;
    this.begun = begun;
  }

  /**
   * The consumer waits for the model from now on.
   *
   * @return for how long; when that is over, the driver ends the attempt and reports {@link
   *     #stalled}
   */
  public Duration awaitingItem() {
    long now = time.nanoTime();
    count(now);
    awaiting = true;
    var limit = hasContent() ? attempt.gap() : attempt.firstContentTimeout();
    return bounded(Math.max(0, Durations.saturatedNanos(limit) - waitedNanos), now);
  }

  /**
   * Nobody waits for the model now, because the consumer is not ready for more.
   *
   * @return how long the call has left; when that is over, the driver ends the attempt and reports
   *     {@link #stalled}
   */
  public Duration awaitingConsumer() {
    itemArrived();
    return bounded(Long.MAX_VALUE, since);
  }

  /** The model has sent an item, of whatever kind. */
  public void itemArrived() {
    count(time.nanoTime());
    awaiting = false;
  }

  /**
   * A content has come. The first decides a probe; after it each failure ends the call with a
   * {@link StreamInterruptedException}.
   */
  public void contentArrived() {
    contentsArrived(1);
  }

  /**
   * As many {@linkplain #contentArrived contents} have come together.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public void contentsArrived(int arrived) {
    Require.atLeast(1, "contents", arrived);
    itemArrived();
    waitedNanos = 0;
    if (!hasContent()) {
      firstContent = Duration.ofNanos(since - begun);
      plan.firstContentCame(since - begun);
    }
    contents += arrived;
  }

  /**
   * Keeps an item that has come, for the exception that shows what had arrived. The plan keeps each
   * that it is given, so the driver must know a limit.
   */
  public void keep(@Nullable Object item) {
    received.add(item);
  }

  /** The stream said that it is complete: the end of the call. Its items are not judged again. */
  public void completed() {
    requireUnderWay();
    plan.succeeded(Ending.ANSWERED);
  }

  /**
   * The consumer wants no more, which is the end of the call: after content the model has
   * succeeded, before it nothing is said about the model.
   */
  public void left() {
    requireUnderWay();
    if (hasContent()) {
      plan.succeeded(Ending.LEFT);
    }
  }

  /**
   * The step after a wait that took as long as it might. Before the first content the attempt has
   * timed out. After it the stream is interrupted: by its gap, or by the deadline of the call,
   * which says nothing about the model.
   */
  public Step<T> stalled() {
    if (!hasContent()) {
      var late = new AttemptTimeoutException(attempt.target(), attempt.firstContentTimeout());
      return failed(Failure.of(FailureClass.TIMED_OUT, late));
    }
    if (boundByDeadline) {
      var over = new DeadlineExceededException("The deadline of the call passed in its stream");
      return failed(Failure.of(FailureClass.REJECTED, over));
    }
    var silent = AttemptTimeoutException.ofGap(attempt.target(), attempt.gap());
    return failed(Failure.of(FailureClass.TIMED_OUT, silent));
  }

  /** The step after a stream that ended without saying that it is complete. */
  public Step<T> endedEarly() {
    return failed(new Failure(FailureClass.STREAM_BROKEN, null, null));
  }

  /** The step after a failure that the driver has understood itself, by the stream's protocol. */
  public Step<T> failed(Failure failure) {
    requireUnderWay();
    var cause = failure.cause();
    return plan.failed(
        cause != null
            ? failure
            : new Failure(
                failure.failureClass(),
                failure.retryAfter(),
                new IncompleteStreamException(attempt.target())),
        null);
  }

  /** How long the first content took; null until it has come. */
  @Nullable Duration firstContent() {
    return firstContent;
  }

  boolean hasContent() {
    return contents > 0;
  }

  /** The failure as the caller gets it, who has seen content. */
  Failure interruptedBy(Failure failure) {
    var interrupted =
        new StreamInterruptedException(attempt.target(), contents, received, failure.cause());
    return new Failure(FailureClass.STREAM_INTERRUPTED, failure.retryAfter(), interrupted);
  }

  /** The failure as it concerns the model, which had begun to answer. */
  Failure ofModel(Failure failure) {
    return failure.failureClass() != FailureClass.UNKNOWN
        ? failure
        : new Failure(FailureClass.STREAM_INTERRUPTED, failure.retryAfter(), failure.cause());
  }

  /** The model has had the time since the last look, if it was the one to wait for. */
  private void count(long now) {
    if (awaiting) {
      waitedNanos += now - since;
    }
    since = now;
  }

  private void requireUnderWay() {
    if (plan.stream() != this) {
      throw new IllegalStateException("a report must be of the attempt under way, but was earlier");
    }
  }

  private Duration bounded(long nanos, long now) {
    long left = deadline.remainingNanos(now);
    boundByDeadline = !deadline.isNone() && left <= nanos;
    return Duration.ofNanos(Math.min(left, nanos));
  }
}
