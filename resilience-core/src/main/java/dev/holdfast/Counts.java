package dev.holdfast;

import dev.holdfast.plan.CallPlan;
import dev.holdfast.time.Time;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts how the calls of one feature end that ask for one model. */
final class Counts {

  private final @Nullable String feature;
  private final String model;
  private final LongAdder answered = new LongAdder();
  private final LongAdder fallbacks = new LongAdder();
  private final LongAdder degraded = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final Alarm fallbackAlarm;
  private final Alarm failureAlarm;

  Counts(@Nullable String feature, String model, AlertRule rule) {
    this.feature = feature;
    this.model = model;
    this.fallbackAlarm = new Alarm(rule);
    this.failureAlarm = new Alarm(rule);
  }

  /**
   * Counts a call that has ended; what has just become too much, or null.
   *
   * @param requested the model that it asked for, which may be counted under another name
   */
  @Nullable CallAlert count(CallPlan<?> plan, String requested, Time time) {
    switch (plan.ending()) {
      case ANSWERED, LEFT -> {
        answered.increment();
        if (!requested.equals(plan.served())) {
          fallbacks.increment();
          return alert(CallAlert.Kind.FALLBACKS, fallbackAlarm, fallbacks.sum(), time);
        }
        return null;
      }
      case DEGRADED -> degraded.increment();
      case FAILED -> failures.increment();
      case CANCELLED -> {
        cancelled.increment();
        return null;
      }
    }
    return alert(CallAlert.Kind.FAILURES, failureAlarm, failures.sum() + degraded.sum(), time);
  }

  private @Nullable CallAlert alert(CallAlert.Kind kind, Alarm alarm, long bad, Time time) {
    long calls = answered.sum() + degraded.sum() + failures.sum();
    long now;
    try {
      now = time.nanoTime();
    } catch (Throwable broken) {
      // The call that ends now has met it too; whoever listens hears of the rate when it is read.
      return null;
    }
    var found = alarm.bad(now, calls, bad);
    return found.rate() == 0
        ? null
        : new CallAlert(feature, model, kind, found.rate(), found.calls());
  }

  CallCounts read(long circuitOpened) {
    long ended = answered.sum() + degraded.sum() + failures.sum() + cancelled.sum();
    return new CallCounts(
        feature,
        model,
        ended,
        fallbacks.sum(),
        degraded.sum(),
        failures.sum(),
        cancelled.sum(),
        circuitOpened);
  }
}
