package dev.holdfast.breaker;

import dev.holdfast.thrown.Suppressed;
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
  private final CircuitBreakerConfig config;
  private final boolean timesCalls;
  private final Outcomes outcomes;
  private final HangWatch watch;

  /** In METRICS_ONLY: whether it has told that it would open, which it does once each time. */
  private final AtomicBoolean hasTold;

  /** Nothing is counted, and no call is under way. */
  Closed(
      Circuit circuit, long generation, CircuitBreaker.State state, CircuitBreakerConfig config) {
    this(
        circuit,
        generation,
        state,
        config,
        Outcomes.of(config, circuit.time),
        new HangWatch(circuit.now()),
        new AtomicBoolean());
  }

  private Closed(
      Circuit circuit,
      long generation,
      CircuitBreaker.State state,
      CircuitBreakerConfig config,
      Outcomes outcomes,
      HangWatch watch,
      AtomicBoolean hasTold) {
    super(generation);
    this.circuit = circuit;
    this.state = state;
    this.config = config;
    this.timesCalls = config.timesCalls() && state != CircuitBreaker.State.DISABLED;
    this.outcomes = outcomes;
    this.watch = watch;
    this.hasTold = hasTold;
  }

  /** The admission of one more call; null if another phase has taken the place of this one. */
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
  public void failure(Throwable thrown, @Nullable Duration retryAfter) {
    try {
      if (counts(thrown)) {
        failed(false, retryAfter);
      }
    } catch (Throwable brokenClock) {
      Suppressed.add(thrown, brokenClock);
    }
  }

  @Override
  public void release() {}

  void succeeded(boolean slow) {
    report(false, slow, null);
  }

  void failed(boolean slow, @Nullable Duration retryAfter) {
    report(true, slow, retryAfter);
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

  int failures(Tally known) {
    return outcomes.failures(known);
  }

  CircuitBreakerConfig config() {
    return config;
  }

  /** The same phase with other settings: it goes on with what it knows. */
  Closed with(CircuitBreakerConfig changed) {
    var adapted = outcomes.adapted(changed, circuit.time);
    return new Closed(circuit, generation, state, changed, adapted, watch, hasTold);
  }

  /** The same phase, with all forgotten. */
  Closed anew() {
    return new Closed(circuit, generation, state, config);
  }

  /** Whether {@code earlier} is this phase, perhaps with other settings, and not reset since. */
  boolean continues(Closed earlier) {
    return watch == earlier.watch;
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
  boolean hasCallsUnderWay() {
    return !watch.isEmpty();
  }

  @Override
  long retryAfterNanos(long now) {
    return 0;
  }

  /** Judges what is known when nothing has happened but a change of the settings. */
  void judge() {
    if (state != CircuitBreaker.State.DISABLED) {
      judge(outcomes.exceeds(config), null);
    }
  }

  private @Nullable Admission admitTimed() {
    long now = circuit.now();
    var hang = config.hangingCallDuration();
    if (hang == null) {
      return new TimedCall(this, now, null);
    }
    long hangNanos = Durations.saturatedNanos(hang);
    if (watch.tooManyHang(config.hangingCallsThreshold(), hangNanos, now)) {
      judge(true, null);
      if (circuit.phase() != this) {
        return null;
      }
    }
    return new TimedCall(this, now, watch);
  }

  /**
   * Where the result of a call counts that this phase admitted: here, or in what a change of the
   * settings or a reset put in its place. Null if it came too late; then that is counted.
   */
  private @Nullable Closed current() {
    var current = circuit.phase();
    if (current == this) {
      return this;
    }
    if (current.generation == generation && current instanceof Closed successor) {
      return successor;
    }
    circuit.events.stale();
    return null;
  }

  private void report(boolean failed, boolean slow, @Nullable Duration retryAfter) {
    var current = current();
    // A reset between counting a result and opening by it is as if the result had come after it.
    while (current != null && !current.count(failed, slow, retryAfter)) {
      current = current();
    }
    if ((failed || slow) && circuit.phase() != current) {
      judgeUnderChanged();
    }
  }

  /** Settings that came while a result was counted may have been judged without it. */
  private void judgeUnderChanged() {
    if (circuit.phase() instanceof Closed changed && changed.generation == generation) {
      changed.judge();
    }
  }

  /** Counts a result. False if a reset has forgotten it before it could open the breaker. */
  private boolean count(boolean failed, boolean slow, @Nullable Duration retryAfter) {
    if (state == CircuitBreaker.State.DISABLED) {
      return true;
    }
    boolean exceeds = (failed || slow) ? trouble(failed, slow) : outcomes.success(config);
    return (!exceeds && state == CircuitBreaker.State.CLOSED) || judge(exceeds, retryAfter);
  }

  private boolean trouble(boolean failed, boolean slow) {
    boolean exceeds = outcomes.trouble(failed, slow, config);
    circuit.events.keeper.run();
    return exceeds;
  }

  private boolean judge(boolean exceeds, @Nullable Duration retryAfter) {
    if (state == CircuitBreaker.State.CLOSED) {
      return !exceeds || circuit.trip(this, retryAfter);
    }
    if (exceeds) {
      if (hasTold.compareAndSet(false, true)) {
        circuit.events.exceeded(this);
      }
    } else if (hasTold.get() && !hasReason()) {
      hasTold.set(false);
    }
    return true;
  }

  private boolean hasReason() {
    return outcomes.exceeds(config) || (config.hangingCallDuration() != null && watch.hangs());
  }
}
