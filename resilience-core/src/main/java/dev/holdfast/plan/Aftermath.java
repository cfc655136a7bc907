package dev.holdfast.plan;

import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.throttle.GateClosedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What follows a failure in one call, and how the call ends when no model answers it. */
final class Aftermath<T extends @Nullable Object> {

  private final PlanSettings settings;
  private final Patience patience;
  private final Route route;
  private final Holdings holdings;
  private final boolean degradable;

  final CallLog log = new CallLog();

  /** How the call ends; as long as it has not, it would end by the caller giving up. */
  Ending ending = Ending.CANCELLED;

  /** The record of a call that has ended; null until somebody has asked for it then. */
  private @Nullable CallRecord last;

  /** What the last attempt returned, if the classifier took it for a failure. */
  Step.@Nullable Return<T> badResult;

  Aftermath(
      PlanSettings settings,
      Patience patience,
      Route route,
      Holdings holdings,
      boolean degradable) {
    this.settings = settings;
    this.patience = patience;
    this.route = route;
    this.holdings = holdings;
    this.degradable = degradable;
  }

  /**
   * The step after a failure of the target of the route; null if the route has come to the next
   * one.
   *
   * @param result what the attempt has returned; null if it has thrown
   * @param stream its reports; null if there are none
   */
  @Nullable Step<T> of(
      Failure happened,
      Attempt attempt,
      Step.@Nullable Return<T> result,
      @Nullable StreamReports<T> stream,
      long now) {
    if (stream != null && stream.hasContent()) {
      var interrupted = stream.interruptedBy(happened);
      badResult = null;
      log.fails(interrupted, route, stream, now);
      holdings.failed(stream.ofModel(happened), true, route.target(), now);
      return after(interrupted, now);
    }
    var failure = Judge.asSeen(happened, attempt);
    badResult = result;
    log.fails(failure, route, stream, now);
    holdings.failed(happened, !patience.wasCutShort(route, happened), route.target(), now);
    return after(failure, now);
  }

  private @Nullable Step<T> after(Failure failure, long now) {
    var kind = failure.failureClass();
    if (kind.surfaces() && !settings.fallBackOn().contains(kind)) {
      return lastWord();
    }
    var wait = patience.beforeRetry(route, failure, now);
    if (wait != null) {
      var source = failure.retryAfter() == null ? WaitSource.BACKOFF : WaitSource.HINT;
      return pause(wait, source, now);
    }
    route.leave(kind.fallback());
    // A request that is too long for every model is the caller's to shorten.
    boolean isCallers = kind.surfaces() || kind == FailureClass.CONTEXT_TOO_LONG;
    return route.isAtEnd() && isCallers ? lastWord() : null;
  }

  private Step<T> pause(Duration wait, WaitSource source, long now) {
    log.waits(wait, source, now);
    return new Step.Pause<>(wait);
  }

  /**
   * The wait for the gates of the target of the route, in which nothing is held; null if the call
   * does not wait for them.
   */
  @Nullable Step<T> atGate(long nanosShut, long now) {
    var shut = Duration.ofNanos(nanosShut);
    var wait = patience.atGate(route, shut, now);
    if (wait == null) {
      var name = route.target().name();
      log.rejects(name, new GateClosedException(name, shut));
      return null;
    }
    route.waitsHere++;
    holdings.giveBack();
    return pause(wait, WaitSource.GATE, now);
  }

  /** The wait for a slot. */
  Step<T> inLine(Bulkhead bulkhead, long now) {
    log.waits(Duration.ofNanos(patience.left(now)), WaitSource.BULKHEAD, now);
    return new Step.Enter<>(bulkhead, patience.deadline());
  }

  /** No model is asked any more. */
  Step<T> refused(CallRejectedException rejection) {
    if (log.isWaiting()) {
      log.goesOn(settings.time().nanoTime());
    }
    log.rejects(route.target().name(), rejection);
    return exhausted();
  }

  /** The caller has given up; a degraded answer is not given any more. */
  void cancelled() {
    if (ending == Ending.DEGRADED) {
      ending = Ending.CANCELLED;
    }
  }

  Step<T> exhausted() {
    if (!degradable) {
      return lastWord();
    }
    ending = Ending.DEGRADED;
    // No model is asked any more, and a degraded answer may take its time.
    holdings.giveBack();
    return new Step.Degrade<>(
        new CallFailure(settings.requested(), log.failures(), log.attempts()));
  }

  Step<T> lastWord() {
    ending = Ending.FAILED;
    if (badResult != null) {
      return badResult;
    }
    return new Step.Throw<>(log.toThrow(recordOfFailed()));
  }

  private CallRecord recordOfFailed() {
    return record(null, false, null, false, patience.nowOrLast());
  }

  /**
   * The record of the call as it is at a time.
   *
   * @param answered how a model answered it; null if none has
   * @param isUntold whether the last attempt is not in the log, because it has not failed
   * @param stream the reports of that attempt; null if there are none
   * @param isLast whether the call has ended, so that its record changes no more
   * @param now the time, by the settings' clock
   */
  CallRecord record(
      @Nullable Ending answered,
      boolean isUntold,
      @Nullable StreamReports<T> stream,
      boolean isLast,
      long now) {
    if (last != null) {
      return last;
    }
    var record =
        new CallRecord(
            settings.feature(),
            settings.requested(),
            answered == null ? null : route.target().name(),
            answered == null ? ending : answered,
            isUntold ? log.failedAnd(route, stream, now) : log.failedAndWaits(route, now),
            patience.taken(now),
            patience.isBounded() ? Duration.ofNanos(patience.left(now)) : null);
    last = isLast ? record : null;
    return record;
  }
}
