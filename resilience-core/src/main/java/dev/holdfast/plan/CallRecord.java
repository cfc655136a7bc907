package dev.holdfast.plan;

import dev.holdfast.outcome.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a call went to the models it went to, and what came of it. It holds no secret: nothing of the
 * request, of an answer or of an exception's message.
 *
 * @param feature the feature that the call belongs to; null if it belongs to none
 * @param requested the model that was asked for, the first of the chain
 * @param served the model that answered; null if none did
 * @param ending how the call ended
 * @param attempts the attempts and the rejections, in order, and last the wait for a further one if
 *     the call ended in it
 * @param took how long the call took, waits included
 * @param deadlineLeft how much time it had left in the end; null if it had no deadline
 */
public record CallRecord(
    @Nullable String feature,
    String requested,
    @Nullable String served,
    Ending ending,
    List<AttemptRecord> attempts,
    Duration took,
    @Nullable Duration deadlineLeft) {

  /** Causes may form a circle. */
  private static final int MOST_CAUSES = 8;

  /** How a call ended. */
  public enum Ending {
    /** A model answered. */
    ANSWERED,
    /** A model answered by a stream that its consumer left after the first content. */
    LEFT,
    /** It was answered without a model. */
    DEGRADED,
    /** It ended with a failure. */
    FAILED,
    /** The caller gave up. */
    CANCELLED
  }

  /** Copies the list. */
  public CallRecord {
    Objects.requireNonNull(requested, "requested");
    Objects.requireNonNull(ending, "ending");
    attempts = List.copyOf(attempts);
  }

  /** Whether another model answered than the one that was asked for. */
  public boolean fellBack() {
    return served != null && !served.equals(requested);
  }

  /** Whether it ended with a stream that failed after content had been shown. */
  public boolean wasInterrupted() {
    return !attempts.isEmpty()
        && attempts.get(attempts.size() - 1).failure() == FailureClass.STREAM_INTERRUPTED;
  }

  /** The attempts that may have been paid for without an answer. */
  public int possiblyBilled() {
    return (int) attempts.stream().filter(AttemptRecord::isPossiblyBilled).count();
  }

  /**
   * The record of the call that ended with this exception, or with one of its nearest causes:
   * coroutines that recover stack traces, and futures, wrap or copy what a call threw. Null if it
   * was not a call of {@link dev.holdfast.Resilience}, or if the exception takes no suppressed
   * ones.
   *
   * <p>If several calls throw one and the same object, it is the record of the latest: that of the
   * outer one if they are inside each other, but perhaps that of somebody else's if they are not.
   * An exception that is made once and thrown many times so tells little; listeners hear each call.
   */
  public static @Nullable CallRecord of(Throwable thrown) {
    Throwable next = thrown;
    for (int depth = 0; next != null && depth < MOST_CAUSES; depth++) {
      var record = suppressedIn(next);
      if (record != null) {
        return record;
      }
      next = next.getCause();
    }
    return null;
  }

  private static @Nullable CallRecord suppressedIn(Throwable thrown) {
    CallRecord latest = null;
    for (var suppressed : thrown.getSuppressed()) {
      if (suppressed instanceof CallTrace trace) {
        latest = trace.record();
      }
    }
    return latest;
  }
}
