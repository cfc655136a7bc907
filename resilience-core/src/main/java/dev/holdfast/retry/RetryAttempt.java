package dev.holdfast.retry;

import dev.holdfast.breaker.Admission;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.RetryAdvice;
import dev.holdfast.thrown.Suppressed;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call that may be retried, for code that makes the attempts and the waits itself,
 * as the faces of {@link Retry} do. It decides and never waits.
 *
 * <pre>{@code
 * RetryAttempt attempt = retry.begin(deadline);
 * // make the attempt, then ask once:
 * RetryPause pause = attempt.returned(answer);   // or attempt.threw(exception)
 * // null: that is the end. Otherwise wait for pause.duration(), then:
 * RetryAttempt next = pause.next();              // null: that is the end after all
 * }</pre>
 *
 * <p>Each attempt must be reported exactly once, by one of the methods below {@link
 * #contentArrived}; nothing guards against a second time. A first attempt may be shared by many
 * calls.
 */
public final class RetryAttempt {

  private final Retry retry;
  private final Deadline deadline;
  private final int number;
  private final @Nullable Admission admission;
  private final List<Throwable> earlier;

  /** Whether nobody is told of a success, and no result is taken for anything else. */
  private final boolean silent;

  RetryAttempt(
      Retry retry,
      Deadline deadline,
      int number,
      @Nullable Admission admission,
      List<Throwable> earlier) {
    this.retry = retry;
    this.deadline = deadline;
    this.number = number;
    this.admission = admission;
    this.earlier = earlier;
    this.silent = admission == null && retry.budget == null && !retry.rules.judgesResults();
  }

  static RetryAttempt first(Retry retry, Deadline deadline) {
    if (!deadline.isNone() && deadline.hasPassed(retry.time.nanoTime())) {
      throw new DeadlineExceededException();
    }
    var admission = retry.breaker == null ? null : retry.breaker.enter();
    return new RetryAttempt(retry, deadline, 1, admission, List.of());
  }

  /** The number of this attempt; the first is 1. */
  public int number() {
    return number;
  }

  /**
   * The first content of a streamed answer has come: see {@link Admission#contentArrived}. The
   * attempt must still be reported. Further calls do nothing, nor does it without a breaker.
   */
  public void contentArrived() {
    if (admission != null) {
      admission.contentArrived();
    }
  }

  /**
   * The attempt returned this.
   *
   * @return the wait before the next attempt; null if the result is the call's
   */
  public @Nullable RetryPause returned(@Nullable Object result) {
    if (silent) {
      return null;
    }
    var verdict = retry.rules.ofResult(result);
    if (verdict == null) {
      succeeded();
      return null;
    }
    countCall();
    return after(verdict, null);
  }

  /**
   * The attempt threw this, and its caller still wants the answer.
   *
   * @return the wait before the next attempt; null if the exception is the call's, which then has
   *     those of the earlier attempts as suppressed ones
   */
  public @Nullable RetryPause threw(Throwable thrown) {
    countCall();
    return after(retry.rules.ofException(thrown), thrown);
  }

  /** The attempt succeeded, whatever it returned. */
  public void succeeded() {
    countCall();
    if (admission != null) {
      admission.success();
    }
  }

  /** The attempt threw this, and there must be no retry. */
  public void failed(Throwable thrown) {
    countCall();
    settle(retry.rules.ofException(thrown), thrown);
    Suppressed.add(thrown, earlier);
  }

  /** The caller gave up while the attempt was under way; it says nothing about the model. */
  public void cancelled() {
    if (admission != null) {
      admission.release();
    }
  }

  /** The attempt after this one, or null if it must not be made: that ends the call. */
  @Nullable RetryAttempt next(Verdict verdict, @Nullable Throwable thrown) {
    try {
      return permitted(verdict, thrown);
    } catch (Throwable brokenClock) {
      cancelled();
      throw brokenClock;
    }
  }

  /** No attempt will report by this one's permit, unless it has been settled. */
  void abandoned() {
    if (retry.breakerCounts == BreakerCounts.CALLS) {
      cancelled();
    }
  }

  private @Nullable RetryAttempt permitted(Verdict verdict, @Nullable Throwable thrown) {
    boolean permitted = !deadline.hasPassed(now()) && !isOpen();
    var permit = admission;
    var breaker = retry.breaker;
    if (permitted && breaker != null && needsPermit(breaker)) {
      permit = breaker.enterIfPossible();
      permitted = permit != null;
    }
    if (!permitted) {
      end(verdict, thrown);
      return null;
    }
    if (permit != admission) {
      abandoned();
    }
    var failures = thrown == null ? earlier : Suppressed.append(earlier, thrown);
    return new RetryAttempt(retry, deadline, number + 1, permit, failures);
  }

  private @Nullable RetryPause after(Verdict verdict, @Nullable Throwable thrown) {
    try {
      return pauseAfter(verdict, thrown);
    } catch (Throwable brokenClock) {
      // Nobody reports again. What was reported before stays as it is.
      cancelled();
      throw brokenClock;
    }
  }

  private @Nullable RetryPause pauseAfter(Verdict verdict, @Nullable Throwable thrown) {
    if (retry.breakerCounts == BreakerCounts.ATTEMPTS) {
      settle(verdict, thrown);
    }
    var wait = waitAfter(verdict, thrown);
    if (wait == null) {
      end(verdict, thrown);
      return null;
    }
    return new RetryPause(this, verdict, thrown, wait);
  }

  /** The budget is asked last, because what it gives is gone. */
  private @Nullable Duration waitAfter(Verdict verdict, @Nullable Throwable thrown) {
    int allowed = verdict.advice() == RetryAdvice.ONCE ? 2 : retry.maxAttempts();
    var hint = verdict.hint();
    if (verdict.advice() == RetryAdvice.NEVER
        || number >= Math.min(allowed, retry.maxAttempts())
        || (hint != null && hint.compareTo(retry.maxWait()) > 0)
        || isOpen()) {
      return null;
    }
    var wait = RetryRules.waitBefore(retry, number, hint, thrown);
    boolean inTime =
        wait != null && Durations.saturatedNanos(wait) < deadline.remainingNanos(now());
    return inTime && (retry.budget == null || retry.budget.tryAcquire()) ? wait : null;
  }

  private void end(Verdict verdict, @Nullable Throwable thrown) {
    if (retry.breakerCounts == BreakerCounts.CALLS) {
      settle(verdict, thrown);
    }
    if (thrown != null) {
      Suppressed.add(thrown, earlier);
    }
  }

  private void settle(Verdict verdict, @Nullable Throwable thrown) {
    if (admission == null) {
      return;
    }
    var hint = verdict.hint();
    if (!verdict.speaksOfModel()) {
      admission.release();
    } else if (thrown != null) {
      admission.failure(thrown, hint);
    } else if (hint != null) {
      admission.failure(hint);
    } else {
      admission.failure();
    }
  }

  private void countCall() {
    if (retry.budget != null && number == 1) {
      retry.budget.recordCall();
    }
  }

  /** With one permit for the call, it needs another if the breaker has opened and ended that. */
  private boolean needsPermit(CircuitBreaker breaker) {
    return retry.breakerCounts == BreakerCounts.ATTEMPTS
        || (breaker.state() == CircuitBreaker.State.HALF_OPEN && !isProbe());
  }

  private boolean isProbe() {
    return admission != null && admission.isProbe();
  }

  private boolean isOpen() {
    return retry.breaker != null && retry.breaker.isOpen();
  }

  private long now() {
    return deadline.isNone() ? 0 : retry.time.nanoTime();
  }
}
