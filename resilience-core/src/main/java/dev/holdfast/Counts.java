package dev.holdfast;

import dev.holdfast.plan.CallPlan;
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

  Counts(@Nullable String feature, String model) {
    this.feature = feature;
    this.model = model;
  }

  void count(CallPlan<?> plan) {
    switch (plan.ending()) {
      case ANSWERED -> {
        answered.increment();
        if (!model.equals(plan.served())) {
          fallbacks.increment();
        }
      }
      case DEGRADED -> degraded.increment();
      case FAILED -> failures.increment();
      case CANCELLED -> cancelled.increment();
    }
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
