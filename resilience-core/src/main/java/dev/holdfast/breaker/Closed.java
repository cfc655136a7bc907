package dev.holdfast.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * CLOSED: every call is admitted, and this object is the admission of them all. A success in good
 * times writes nothing, so that callers on different processors do not disturb each other.
 */
final class Closed extends Phase implements Admission {

  private static final VarHandle FAILURES;

  static {
    try {
      FAILURES = MethodHandles.lookup().findVarHandle(Closed.class, "failures", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Circuit circuit;
  private volatile int failures;

  Closed(Circuit circuit, long generation) {
    super(generation);
    this.circuit = circuit;
  }

  @Override
  public void success() {
    if (circuit.phase() != this) {
      circuit.countStale();
    } else if (failures != 0) {
      failures = 0;
    }
  }

  @Override
  public void failure() {
    if (circuit.phase() != this) {
      circuit.countStale();
      return;
    }
    int count = (int) FAILURES.getAndAdd(this, 1) + 1;
    if (count >= circuit.config.failureThreshold()) {
      circuit.open(this, count);
    }
  }

  @Override
  public void failure(Throwable thrown) {
    if (circuit.counts(thrown)) {
      failure();
    }
  }

  @Override
  public void release() {}

  void forgetFailures() {
    failures = 0;
  }

  @Override
  CircuitBreaker.State state() {
    return CircuitBreaker.State.CLOSED;
  }

  @Override
  int failures() {
    return failures;
  }

  @Override
  long retryAfterNanos(long now) {
    return 0;
  }
}
