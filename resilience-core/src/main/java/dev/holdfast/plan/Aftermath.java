package dev.holdfast.plan;

import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.outcome.FallbackAdvice;
import dev.holdfast.plan.CallRecord.Ending;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What follows a failure in one call, and how the call ends when no model answers it. */
final class Aftermath<T extends @Nullable Object> {

  private final PlanSettings settings;
  private final Patience patience;
  private final Route route;
  private final CallLog log;
  private final boolean degradable;

  /** What the last attempt returned, if the classifier took it for a failure. */
  Step.@Nullable Return<T> badResult;

  Aftermath(
      PlanSettings settings, Patience patience, Route route, CallLog log, boolean degradable) {
    this.settings = settings;
    this.patience = patience;
    this.route = route;
    this.log = log;
    this.degradable = degradable;
  }

  /**
   * The step after a failure of the target of the route; null if the route has come to the next
   * one.
   */
  @Nullable Step<T> of(Failure failure, long now) {
    var kind = failure.failureClass();
    if (kind.surfaces()) {
      return lastWord();
    }
    var wait = patience.beforeRetry(route, failure, now);
    if (wait != null) {
      return pause(wait, failure.retryAfter() == null ? WaitSource.BACKOFF : WaitSource.HINT);
    }
    if (kind.fallback() == FallbackAdvice.NONE) {
      return exhausted();
    }
    route.restrict(kind.fallback());
    route.advance();
    // A request that is too long for every model is the caller's to shorten.
    return route.isAtEnd() && kind == FailureClass.CONTEXT_TOO_LONG ? lastWord() : null;
  }

  Step<T> pause(Duration wait, WaitSource source) {
    log.waits(wait, source);
    return new Step.Pause<>(wait);
  }

  Step<T> exhausted() {
    if (!degradable) {
      return lastWord();
    }
    log.ends(Ending.DEGRADED);
    return new Step.Degrade<>(new CallFailure(route.requested(), log.failures(), log.attempts()));
  }

  Step<T> lastWord() {
    log.ends(Ending.FAILED);
    if (badResult != null) {
      return badResult;
    }
    var record = log.record(settings, route.requested(), patience.deadline());
    return new Step.Throw<>(log.toThrow(record));
  }
}
