package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long one call may wait, and its attempts may take, in the time that it has left. */
final class Patience {

  /** Instead of a number of nanoseconds, for a call without a deadline. */
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private final PlanSettings settings;
  private final long startedAt;
  private final long nanos;

  /** The last reading of the clock that decided anything. */
  private long seen;

  Patience(PlanSettings settings, Deadline deadline, long now) {
    this.settings = settings;
    this.startedAt = now;
    this.seen = now;
    this.nanos = deadline.remainingNanos(now);
  }

  /** The plan decides by this reading of the clock. */
  void sees(long now) {
    seen = now;
  }

  Time time() {
    return settings.time();
  }

  /** Reads the clock for a decision of the plan. */
  long look() {
    sees(settings.time().nanoTime());
    return seen;
  }

  /** The time for a record, which is made even if the clock cannot be read any more. */
  long nowOrLast() {
    try {
      return settings.time().nanoTime();
    } catch (Throwable broken) {
      return seen;
    }
  }

  boolean isBounded() {
    return nanos != UNBOUNDED;
  }

  /** When the call must have ended. */
  Deadline deadline() {
    return isBounded() ? Deadline.after(Duration.ofNanos(nanos), startedAt) : Deadline.none();
  }

  /** How long the call has taken. */
  Duration taken(long now) {
    return Duration.ofNanos(now - startedAt);
  }

  /** The nanoseconds that the call has left. */
  long left(long now) {
    return isBounded() ? Durations.leftNanos(nanos, startedAt, now) : UNBOUNDED;
  }

  /** What is left for the target of the route: all of it for the last one, else less its share. */
  long nanosAt(Route route, long now) {
    long left = left(now);
    return route.isAtLast() || !isBounded() ? left : Math.max(0, left - settings.reservedOf(nanos));
  }

  /** The attempt at the target of the route, which begins now. */
  Attempt attempt(Route route, int number, long now) {
    long left = nanosAt(route, now);
    var target = route.target();
    if (number == 1) {
      var budget = settings.retry().budget();
      if (budget != null) {
        budget.recordCall();
      }
      var opening = settings.opening(target);
      if (opening.nanos() <= left) {
        return opening.attempt();
      }
    }
    return attempt(target, number, left, left(now));
  }

  /** An attempt at a target that the call has some time left for, and some for all that follows. */
  static Attempt attempt(Target target, int number, long left, long leftInAll) {
    var model = target.model();
    // After content no time is kept for the next model, because there is none.
    return new Attempt(
        model.requestedAs(),
        target.name(),
        number,
        within(left, model.attemptTimeout()),
        within(left, model.firstContentTimeout()),
        within(leftInAll, model.streamGap()),
        target.patch());
  }

  private static Duration within(long left, Duration wanted) {
    return Durations.saturatedNanos(wanted) <= left ? wanted : Duration.ofNanos(left);
  }

  /** How long to wait for a gate that is shut for so long; null if not for that long. */
  @Nullable Duration atGate(Route route, Duration shut, long now) {
    var wait = Retry.afterHint(shut, settings.random());
    boolean allowed =
        route.waitsHere < settings.retry().maxAttempts() && allows(shut, wait, route, now);
    return allowed ? wait : null;
  }

  /** How long to wait before the same target is asked again; null if it is not to be. */
  @Nullable Duration beforeRetry(Route route, Failure failure, long now) {
    var target = route.target();
    var retry = settings.retry();
    int attemptsAllowed =
        switch (failure.failureClass().retry()) {
          case NEVER -> 1;
          case ONCE -> Math.min(2, retry.maxAttempts());
          case YES -> retry.maxAttempts();
        };
    if (route.attemptsHere >= attemptsAllowed || target.breaker().isOpen()) {
      return null;
    }
    var hint = failure.retryAfter();
    var kind = failure.failureClass();
    // Nobody knows how long a limit without a hint lasts, so a model that is free is asked first.
    if (kind == FailureClass.RATE_LIMITED
        && hint == null
        && route.isFreeAhead(kind.fallback(), now)) {
      return null;
    }
    var wait = retry.waitBefore(route.attemptsHere, hint, settings.random());
    boolean allowed =
        allows(hint == null ? wait : hint, wait, route, now)
            && allowsNext(route, failure, wait, now)
            && isAffordable(retry);
    return allowed ? wait : null;
  }

  /**
   * Whether this call's deadline denied an attempt the time that its model may need: its own
   * timeout, or the time that calls usually have for it if that is less. What is lost before the
   * first attempt does not count.
   */
  boolean wasCutShort(Route route, Failure failure) {
    // One of another model is that of a call inside the attempt, which has times of its own.
    if (!(failure.cause() instanceof AttemptTimeoutException late)
        || !late.model().equals(route.target().name())) {
      return false;
    }
    long usual = Durations.saturatedNanos(settings.usualDeadline());
    long usualHere = route.isAtLast() ? usual : usual - settings.reservedOf(usual);
    long full = Math.min(nanos(route, route.target()), usualHere);
    return Durations.saturatedNanos(late.timeout()) < full - full / 10;
  }

  /** There must be time to wait and then to ask, if the target takes as long as usual. */
  private boolean allows(Duration asked, Duration wait, Route route, long now) {
    long needed = Durations.saturatedNanos(wait) + route.target().latency().nanos();
    return asked.compareTo(settings.retry().maxWait()) <= 0
        && needed >= 0
        && needed < nanosAt(route, now);
  }

  /** Whether the target of the route, if it hangs once more, leaves the next one its turn. */
  private boolean allowsNext(Route route, Failure failure, Duration wait, long now) {
    // A response with a status of timeout has no cause, and took no attempt's whole time.
    boolean hung = failure.failureClass() == FailureClass.TIMED_OUT && failure.cause() != null;
    var next = route.following();
    if (!hung || next == null) {
      return true;
    }
    long needed =
        Durations.saturatedNanos(wait) + nanos(route, route.target()) + nanos(route, next);
    return needed >= 0 && needed <= left(now);
  }

  /** Asked last, because asking spends what the budget has. */
  private static boolean isAffordable(Retry retry) {
    var budget = retry.budget();
    return budget == null || budget.tryAcquire();
  }

  private static long nanos(Route route, Target target) {
    return Durations.saturatedNanos(
        route.streams ? target.model().firstContentTimeout() : target.attemptTimeout());
  }
}
