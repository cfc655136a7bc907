package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long one call may wait, and its attempts may take, in the time that it has left. */
final class Patience {

  private final PlanSettings settings;
  private final Deadline deadline;
  private final long reserved;

  /** Whether the call is known to be a stream, whose attempts are timed to their first content. */
  boolean streams;

  Patience(PlanSettings settings, Deadline deadline, long now) {
    this.settings = settings;
    this.deadline = deadline;
    this.reserved = deadline.isNone() ? 0 : settings.reservedOf(deadline.remainingNanos(now));
  }

  Deadline deadline() {
    return deadline;
  }

  /** What is left for the target of the route: all of it for the last one, else less its share. */
  long nanosAt(Route route, long now) {
    long left = deadline.remainingNanos(now);
    return route.isAtLast() || deadline.isNone() ? left : Math.max(0, left - reserved);
  }

  /** The attempt at the target of the route. */
  Attempt attempt(Route route, int number, long now) {
    var target = route.target();
    var model = target.model();
    long left = nanosAt(route, now);
    // After content no time is kept for the next model, because there is none.
    return new Attempt(
        model.requestedAs(),
        target.name(),
        number,
        within(left, model.attemptTimeout()),
        within(left, model.firstContentTimeout()),
        within(deadline.remainingNanos(now), model.streamGap()),
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
    if (!(failure.cause() instanceof AttemptTimeoutException late)) {
      return false;
    }
    long usual = Durations.saturatedNanos(settings.usualDeadline());
    long usualHere = route.isAtLast() ? usual : usual - settings.reservedOf(usual);
    long full = Math.min(nanos(route.target()), usualHere);
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
    long needed = Durations.saturatedNanos(wait) + nanos(route.target()) + nanos(next);
    return needed >= 0 && needed <= deadline.remainingNanos(now);
  }

  /** Asked last, because asking spends what the budget has. */
  private static boolean isAffordable(Retry retry) {
    var budget = retry.budget();
    return budget == null || budget.tryAcquire();
  }

  private long nanos(Target target) {
    return Durations.saturatedNanos(
        streams ? target.model().firstContentTimeout() : target.attemptTimeout());
  }
}
