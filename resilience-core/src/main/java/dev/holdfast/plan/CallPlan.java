package dev.holdfast.plan;

import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.breaker.Permit;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.outcome.FallbackAdvice;
import dev.holdfast.retry.Retry;
import dev.holdfast.throttle.GateClosedException;
import dev.holdfast.thrown.Suppressed;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides the steps of one call. It never waits and never calls: a driver does, and reports back.
 *
 * <pre>{@code
 * try (CallPlan<Answer> plan = resilience.plan(Classifier.standard(), false)) {
 *   Step<Answer> step = plan.next();
 *   while (true) {
 *     // Call: make the attempt; step = plan.returned(answer), plan.threw(e) or plan.timedOut()
 *     // Pause: wait; step = plan.next()
 *     // Return, Throw, Degrade: the end
 *   }
 * }
 * }</pre>
 *
 * <p>Confined to its driver: at most one thread uses it at a time. A report that no attempt belongs
 * to, and a question for the next step while an attempt is under way, is an {@link
 * IllegalStateException}.
 *
 * @param <T> what the call returns
 */
public final class CallPlan<T extends @Nullable Object> implements AutoCloseable {

  /*
   * next() ──▶ deadline left? ──▶ gate open? ──▶ breaker admits? ──▶ Call
   *    ▲             │ no             │ no               │ no
   *    │             ▼                ▼                  ▼
   *    │         exhausted     wait, or next model   next model ──▶ none left: exhausted
   *    │
   *    └── Pause ◀── the same model again? ◀── failed() ◀── returned(), threw(), timedOut()
   *                        │ no                   │ the caller must see it
   *                        ▼                      ▼
   *                   next model              last word
   *
   * exhausted: Degrade if the driver can, otherwise the last word
   * last word: Return the last attempt's result if it had one, otherwise Throw the last failure
   */

  private final PlanSettings settings;
  private final Classifier<? super T> classifier;
  private final boolean degradable;
  private final TimeLeft timeLeft;
  private final FailureLog failures = new FailureLog();

  private int place;
  private int attemptsHere;
  private int waitsHere;
  private int attempts;
  private @Nullable Permit permit;
  private @Nullable Attempt underWay;

  /** What the last attempt returned, if the classifier took it for a failure. */
  private Step.@Nullable Return<T> badResult;

  /**
   * Creates a plan.
   *
   * @param settings what it decides by
   * @param classifier what it understands failures by
   * @param degradable whether the driver has a degraded answer for the end of the chain
   */
  public CallPlan(PlanSettings settings, Classifier<? super T> classifier, boolean degradable) {
    this.settings = settings;
    this.timeLeft = new TimeLeft(settings);
    this.classifier = classifier;
    this.degradable = degradable;
  }

  /** The first step, and the step after a {@link Step.Pause}. */
  public Step<T> next() {
    if (underWay != null) {
      throw new IllegalStateException("next() must follow a Pause, but an attempt is under way");
    }
    long now = settings.time().nanoTime();
    while (place < settings.chain().size()) {
      if (settings.deadline().remainingNanos(now) == 0) {
        failures.add(new DeadlineExceededException());
        return exhausted();
      }
      var target = settings.chain().get(place);
      long closed = target.gates().closedNanos(now);
      if (closed == 0) {
        var admitted = admit(target, now);
        if (admitted != null) {
          return admitted;
        }
      } else {
        var asked = Duration.ofNanos(closed);
        var wait = Retry.afterHint(asked, settings.random());
        if (waitsHere < settings.retry().maxAttempts() && timeLeft.allows(asked, wait, now)) {
          waitsHere++;
          return new Step.Pause<>(wait);
        }
        failures.add(new GateClosedException(target.name(), asked));
      }
      nextModel();
    }
    return exhausted();
  }

  /** The step after an attempt that returned. */
  public Step<T> returned(T value) {
    requireUnderWay();
    Failure failure;
    try {
      failure = classifier.ofResult(value);
    } catch (Throwable broken) {
      failure = Failure.of(FailureClass.UNKNOWN, broken);
    }
    if (failure == null) {
      end().success();
      return new Step.Return<>(value);
    }
    badResult = new Step.Return<>(value);
    return failed(failure);
  }

  /** The step after an attempt that threw while its caller still wanted the answer. */
  public Step<T> threw(Throwable thrown) {
    requireUnderWay();
    Failure failure;
    try {
      failure = Objects.requireNonNull(classifier.ofException(thrown), "failure");
    } catch (Throwable broken) {
      Suppressed.add(thrown, broken);
      failure = Failure.of(FailureClass.UNKNOWN, thrown);
    }
    if (failure.cause() == null) {
      failure = new Failure(failure.failureClass(), failure.retryAfter(), thrown);
    }
    return failed(failure);
  }

  /** The step after an attempt that the driver ended because its time was over. */
  public Step<T> timedOut() {
    var attempt = requireUnderWay();
    var late = new AttemptTimeoutException(attempt.model(), attempt.timeout());
    return failed(Failure.of(FailureClass.TIMED_OUT, late));
  }

  /**
   * Gives back what the plan holds, with no opinion about the model. A driver that stops in the
   * middle must call this; after the end it does nothing.
   */
  @Override
  public void close() {
    if (permit != null) {
      permit.close();
    }
  }

  private @Nullable Step<T> admit(Target target, long now) {
    try {
      permit = target.breaker().acquire();
    } catch (CircuitOpenException open) {
      failures.add(open);
      return null;
    }
    var budget = settings.retry().budget();
    if (attempts == 0 && budget != null) {
      budget.recordCall();
    }
    attempts++;
    attemptsHere++;
    badResult = null;
    var timeout = settings.deadline().bound(target.attemptTimeout(), now);
    underWay = new Attempt(target.name(), attempts, timeout);
    return new Step.Call<>(underWay);
  }

  private Step<T> failed(Failure failure) {
    long now = settings.time().nanoTime();
    var target = settings.chain().get(place);
    failures.add(failure);
    settle(failure, target, now);
    if (failure.failureClass().surfaces()) {
      return lastWord();
    }
    var wait = waitForRetry(failure, target, now);
    if (wait != null) {
      return new Step.Pause<>(wait);
    }
    var fallback = failure.failureClass().fallback();
    if (fallback == FallbackAdvice.LARGER_CONTEXT) {
      // No target says how large its context is, so none is known to be larger.
      return lastWord();
    }
    if (fallback == FallbackAdvice.NONE) {
      return exhausted();
    }
    nextModel();
    return next();
  }

  private void settle(Failure failure, Target target, long now) {
    var health = failure.failureClass().health();
    var hint = failure.retryAfter();
    if (!health.countsForBreaker() || timeLeft.wasCutShort(failure, target)) {
      end().close();
    } else if (hint != null) {
      end().failure(hint);
    } else if (failure.cause() != null) {
      end().failure(failure.cause());
    } else {
      end().failure();
    }
    var gate = target.gates().closedBy(health);
    if (gate != null && hint != null) {
      gate.closeFor(hint, now);
    }
  }

  /** How long to wait before the same model is asked again; null if it is not to be. */
  private @Nullable Duration waitForRetry(Failure failure, Target target, long now) {
    int attemptsAllowed =
        switch (failure.failureClass().retry()) {
          case NEVER -> 1;
          case ONCE -> Math.min(2, settings.retry().maxAttempts());
          case YES -> settings.retry().maxAttempts();
        };
    if (attemptsHere >= attemptsAllowed || target.breaker().isOpen()) {
      return null;
    }
    var hint = failure.retryAfter();
    var wait = settings.retry().waitBefore(attemptsHere, hint, settings.random());
    boolean allowed =
        timeLeft.allows(hint == null ? wait : hint, wait, now)
            && timeLeft.allowsNext(place, failure, wait, now)
            && isAffordable();
    return allowed ? wait : null;
  }

  /** Asked last, because asking spends what the budget has. */
  private boolean isAffordable() {
    var budget = settings.retry().budget();
    return budget == null || budget.tryAcquire();
  }

  private void nextModel() {
    place++;
    attemptsHere = 0;
    waitsHere = 0;
  }

  private Step<T> exhausted() {
    if (degradable) {
      var requested = settings.chain().get(0).name();
      return new Step.Degrade<>(new CallFailure(requested, failures.all(), attempts));
    }
    return lastWord();
  }

  private Step<T> lastWord() {
    return badResult != null ? badResult : new Step.Throw<>(failures.toThrow());
  }

  private Attempt requireUnderWay() {
    if (underWay == null) {
      throw new IllegalStateException("a report must follow a Call, but no attempt is under way");
    }
    return underWay;
  }

  private Permit end() {
    underWay = null;
    return Objects.requireNonNull(permit);
  }
}
