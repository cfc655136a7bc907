package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * CLOSED, and the two states that admit every call as well: METRICS_ONLY, which counts but never
 * opens, and DISABLED, which does not even count. This object is the admission of all calls, unless
 * calls have to be timed.
 */
final class Closed extends Phase implements Admission {

  private final Circuit circuit;
  private final CircuitBreaker.State state;
  private final @Nullable HangWatch watch;
  private final boolean timesCalls;
  private final CircuitBreakerConfig config;
  private final Outcomes outcomes;

  /** In METRICS_ONLY: whether it has told that it would open, which it does once each time. */
  private final AtomicBoolean hasTold = new AtomicBoolean();

  Closed(
      Circuit circuit,
      long generation,
      CircuitBreaker.State state,
      CircuitBreakerConfig config,
      Outcomes outcomes) {
    super(generation);
    this.config = config;
    this.circuit = circuit;
    this.state = state;
    this.outcomes = outcomes;
    this.timesCalls = config.timesCalls() && state != CircuitBreaker.State.DISABLED;
    this.watch = config.hangingCallDuration() == null ? null : new HangWatch(circuit.now());
  }

  /** The admission of one more call; null if the breaker opened instead. */
  @Nullable Admission admit() {
    return timesCalls ? admitTimed() : this;
  }

  @Override
  public void contentArrived() {}

  @Override
  public void success() {
    succeeded(false);
  }

  @Override
  public void failure() {
    failed(false, null);
  }

  @Override
  public void failure(Duration retryAfter) {
    failed(false, retryAfter);
  }

  @Override
  public void failure(Throwable thrown) {
    if (counts(thrown)) {
      failure();
    }
  }

  @Override
  public void release() {}

  void succeeded(boolean slow) {
    if (counts()) {
      boolean exceeds = slow ? outcomes.trouble(false, true, config) : outcomes.success(config);
      if (exceeds || state != CircuitBreaker.State.CLOSED) {
        judge(exceeds, null);
      }
    }
  }

  void failed(boolean slow, @Nullable Duration retryAfter) {
    if (counts()) {
      judge(outcomes.trouble(true, slow, config), retryAfter);
    }
  }

  boolean counts(Throwable thrown) {
    return circuit.counts(thrown);
  }

  boolean isSlow(long nanos) {
    return circuit.isSlow(nanos);
  }

  long now() {
    return circuit.now();
  }

  Tally tally() {
    return outcomes.tally();
  }

  void forget() {
    outcomes.clear();
  }

  CircuitBreakerConfig config() {
    return config;
  }

  /** The same phase with other settings; it keeps the outcomes if they fit those. */
  Closed with(CircuitBreakerConfig changed) {
    var kept = outcomes.fits(changed) ? outcomes : circuit.emptyOutcomes(changed);
    return new Closed(circuit, generation, state, changed, kept);
  }

  @Override
  CircuitBreaker.State state() {
    return state;
  }

  @Override
  int failures() {
    return outcomes.failures();
  }

  @Override
  long retryAfterNanos(long now) {
    return 0;
  }

  private @Nullable Admission admitTimed() {
    long now = circuit.now();
    var hang = config.hangingCallDuration();
    if (watch != null && hang != null) {
      long hangNanos = Durations.saturatedNanos(hang);
      if (watch.tooManyHang(config.hangingCallsThreshold(), hangNanos, now)) {
        judge(true, null);
        if (!isCurrent()) {
          return null;
        }
      }
    }
    return new TimedCall(this, now, watch);
  }

  /**
   * Whether a result of a call that this phase admitted is wanted; if it came too late it is
   * counted.
   */
  private boolean counts() {
    if (!isCurrent()) {
      circuit.events.stale();
      return false;
    }
    return state != CircuitBreaker.State.DISABLED;
  }

  /** By generation, because other settings put another object in this one's place. */
  private boolean isCurrent() {
    var current = circuit.phase();
    return current == this || current.generation == generation;
  }

  private void judge(boolean exceeds, @Nullable Duration retryAfter) {
    if (state == CircuitBreaker.State.CLOSED) {
      if (exceeds) {
        circuit.trip(this, retryAfter);
      }
    } else if (exceeds) {
      if (hasTold.compareAndSet(false, true)) {
        circuit.events.exceeded(this);
      }
    } else if (hasTold.get() && !outcomes.exceeds(config)) {
      hasTold.set(false);
    }
  }
}
