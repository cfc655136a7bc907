package dev.holdfast.breaker;

import dev.holdfast.require.Require;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to make one call. It remembers the state that issued it: a result that arrives when the
 * breaker has moved on is dropped. The first of its methods to be called settles it; further calls
 * do nothing.
 *
 * <p>{@link #close} means <em>no opinion</em>, so a permit in a try-with-resources statement is
 * given back on every path that reported nothing else. A permit that is never settled costs nothing
 * in CLOSED, but for a rule for hanging calls it hangs; in HALF_OPEN its place is taken back after
 * {@link CircuitBreakerConfig#probeLease}.
 *
 * <p>Safe for use by many threads.
 */
public final class Permit implements AutoCloseable {

  private static final VarHandle SETTLED;

  static {
    try {
      SETTLED = MethodHandles.lookup().findVarHandle(Permit.class, "settled", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Admission admission;
  private volatile boolean settled;

  Permit(Admission admission) {
    this.admission = admission;
  }

  /**
   * Reports that the call succeeded.
   *
   * @return whether this settled the permit
   */
  public boolean success() {
    boolean first = settle();
    if (first) {
      admission.success();
    }
    return first;
  }

  /**
   * Reports a failure that counts.
   *
   * @return whether this settled the permit
   */
  public boolean failure() {
    boolean first = settle();
    if (first) {
      admission.failure();
    }
    return first;
  }

  /**
   * As {@link #failure()}, and the provider asked to wait: see {@link Admission#failure(Duration)}.
   *
   * @return whether this settled the permit
   * @throws IllegalArgumentException if {@code retryAfter} is negative
   */
  public boolean failure(Duration retryAfter) {
    Require.notNegative("retryAfter", retryAfter);
    boolean first = settle();
    if (first) {
      admission.failure(retryAfter);
    }
    return first;
  }

  /**
   * Reports that the first content of the answer has come: see {@link Admission#contentArrived}.
   * The permit is not settled by it.
   */
  public void contentArrived() {
    if (!settled) {
      admission.contentArrived();
    }
  }

  /**
   * Reports what the call threw. Whether it counts is for {@link
   * CircuitBreakerConfig#countsAsFailure} to say.
   *
   * @return whether this settled the permit
   */
  public boolean failure(Throwable thrown) {
    return failure(thrown, null);
  }

  /**
   * As {@link #failure(Throwable)}, and the provider asked to wait, or did not say: see {@link
   * Admission#failure(Throwable, Duration)}.
   *
   * @param retryAfter how long the provider asks to wait; null if it does not say
   * @return whether this settled the permit
   * @throws IllegalArgumentException if {@code retryAfter} is negative
   */
  public boolean failure(Throwable thrown, @Nullable Duration retryAfter) {
    if (retryAfter != null) {
      Require.notNegative("retryAfter", retryAfter);
    }
    boolean first = settle();
    if (first) {
      admission.failure(thrown, retryAfter);
    }
    return first;
  }

  /** Gives the permit back with no opinion about the model. */
  @Override
  public void close() {
    if (settle()) {
      admission.release();
    }
  }

  /** Whether the permit is settled. */
  public boolean isSettled() {
    return settled;
  }

  private boolean settle() {
    return SETTLED.compareAndSet(this, false, true);
  }
}
