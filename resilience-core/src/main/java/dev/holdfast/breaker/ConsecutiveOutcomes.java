package dev.holdfast.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Counts the failures in a row. A success in good times reads one number and writes nothing. */
final class ConsecutiveOutcomes extends Outcomes {

  private static final VarHandle FAILURES;

  static {
    try {
      FAILURES =
          MethodHandles.lookup().findVarHandle(ConsecutiveOutcomes.class, "failures", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private volatile int failures;

  ConsecutiveOutcomes() {
    this(0);
  }

  ConsecutiveOutcomes(int failures) {
    this.failures = failures;
  }

  @Override
  boolean success(CircuitBreakerConfig config) {
    if (failures != 0) {
      failures = 0;
    }
    return false;
  }

  @Override
  boolean trouble(boolean failed, boolean slow, CircuitBreakerConfig config) {
    if (!failed) {
      return success(config);
    }
    int seen = failures;
    // A dry run may fail for ever.
    while (seen != Integer.MAX_VALUE && !FAILURES.compareAndSet(this, seen, seen + 1)) {
      seen = failures;
    }
    // The number that this very failure made decides: a success may reset the count at once.
    return seen >= config.failureThreshold() - 1;
  }

  @Override
  int failures() {
    return failures;
  }

  @Override
  int failures(Tally known) {
    return failures;
  }

  @Override
  Tally tally() {
    return Tally.NONE;
  }

  @Override
  boolean exceeds(CircuitBreakerConfig config) {
    return failures >= config.failureThreshold();
  }

  @Override
  ConsecutiveOutcomes inARow() {
    return this;
  }

  @Override
  @Nullable Outcomes rates() {
    return null;
  }
}
