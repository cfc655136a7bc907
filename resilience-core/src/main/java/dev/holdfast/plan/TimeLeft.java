package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.time.Durations;
import java.time.Duration;

/** What a plan may do in the time that its call has left. */
record TimeLeft(PlanSettings settings) {

  /**
   * Whether to wait so long.
   *
   * @param asked what a provider asked for, which is what the longest wait limits
   * @param wait the wait itself, with our jitter on top
   */
  boolean allows(Duration asked, Duration wait, long now) {
    return asked.compareTo(settings.retry().maxWait()) <= 0
        && Durations.saturatedNanos(wait) < settings.deadline().remainingNanos(now);
  }

  /** Whether the model at {@code place}, if it hangs once more, leaves the next one its turn. */
  boolean allowsNext(int place, Failure failure, Duration wait, long now) {
    var chain = settings.chain();
    // A response with a status of timeout has no cause, and took no attempt's whole time.
    boolean hung = failure.failureClass() == FailureClass.TIMED_OUT && failure.cause() != null;
    if (!hung || place + 1 == chain.size()) {
      return true;
    }
    long needed =
        Durations.saturatedNanos(wait)
            + Durations.saturatedNanos(chain.get(place).attemptTimeout())
            + Durations.saturatedNanos(chain.get(place + 1).attemptTimeout());
    return needed >= 0 && needed <= settings.deadline().remainingNanos(now);
  }

  /**
   * Whether this call's deadline denied an attempt the time that its model may need: its own
   * timeout, or the time that calls usually have if that is less. What is lost before the first
   * attempt does not count.
   */
  boolean wasCutShort(Failure failure, Target target) {
    if (!(failure.cause() instanceof AttemptTimeoutException late)) {
      return false;
    }
    long timeout = Durations.saturatedNanos(target.attemptTimeout());
    long full = Math.min(timeout, Durations.saturatedNanos(settings.usualDeadline()));
    return Durations.saturatedNanos(late.timeout()) < full - full / 10;
  }
}
