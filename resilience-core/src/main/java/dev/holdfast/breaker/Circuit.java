package dev.holdfast.breaker;

import dev.holdfast.stage.Stages;
import dev.holdfast.thrown.Suppressed;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import dev.holdfast.time.WaitHints;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The state machine behind the faces of one breaker. */
final class Circuit {

  /*
   * The state is one reference to a phase; every transition is a compare-and-set of it.
   *
   *           too many failures                  the wait is over, seen by the next look
   *   CLOSED ──────────────────▶ OPEN ─────────────────────────────────▶ HALF_OPEN
   *     ▲                         ▲                                        │    │
   *     │                         └────────────── a probe failed ──────────┘    │
   *     └────────────────────── enough probes succeeded ────────────────────────┘
   *
   *   A health probe that succeeds in OPEN closes that opening, if nothing else has ended it before.
   *
   *   FORCED_OPEN, METRICS_ONLY and DISABLED are entered from any state, and left by reset().
   *
   * A result counts if, and only if, its admission still belongs to the current phase: in CLOSED by the
   * generation, in HALF_OPEN because the probe is listed in the phase. Each operation reads the phase
   * once and passes it down; whoever loses a compare-and-set looks again.
   *
   * There is no timer. OPEN ends when somebody looks, and a probe that never reports loses its place
   * when somebody else wants it after the lease.
   *
   * Outcomes are counted in an object that the Closed phase owns. A late thread may count in one that is
   * no longer current and that nobody reads: the same as if its result had come after the transition.
   *
   * A change of the settings and a reset in CLOSED replace the Closed phase by one of the same
   * generation, so nothing that is under way becomes stale: its result counts in the phase that it
   * finds. The former hands on what it knows, and a result that had reason to open the breaker still
   * opens it. The latter starts with nothing: a result that it overtakes just then counts after it.
   */

  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(Circuit.class, "phase", Phase.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final BreakerEvents events;

  final Time time;

  private final RandomGenerator random;
  private volatile CircuitBreakerConfig config;
  private volatile Phase phase;

  Circuit(String name, CircuitBreakerConfig config, Time time, RandomGenerator random) {
    this.events = new BreakerEvents(name);
    this.config = config;
    this.time = time;
    this.random = random;
    this.phase = new Closed(this, 0, CircuitBreaker.State.CLOSED, config);
  }

  Phase phase() {
    return phase;
  }

  CircuitBreakerConfig config() {
    return config;
  }

  long now() {
    return time.nanoTime();
  }

  /** The phase at the time {@code now}: ends OPEN if its wait is over. */
  Phase look(long now) {
    while (true) {
      var current = phase;
      if (!(current instanceof Open open) || !open.isOver(now)) {
        return current;
      }
      int places = config.permittedCallsInHalfOpenState();
      move(
          open,
          new HalfOpen(open.generation + 1, places, open.failures(), open.opening()),
          Duration.ZERO);
    }
  }

  /** Admits a call, or throws its refusal. */
  Admission enter(boolean asProbe) {
    return Objects.requireNonNull(admit(Refusal.THROW, asProbe));
  }

  /**
   * Admits a call, or refuses it: with null, unless the refusal throws in that state.
   *
   * @param asProbe whether it may be admitted in HALF_OPEN
   */
  @Nullable Admission admit(Refusal refusal, boolean asProbe) {
    long now = time.nanoTime();
    while (true) {
      var current = look(now);
      if (current instanceof Closed closed) {
        var admission = closed.admit();
        if (admission != null) {
          return admission;
        }
        continue;
      }
      if (asProbe && current instanceof HalfOpen halfOpen) {
        var probe = new Probe(this, now, Durations.saturatedNanos(config.probeLease()));
        var after = halfOpen.with(probe, now);
        if (after != null) {
          if (replace(halfOpen, after)) {
            return probe;
          }
          continue;
        }
      }
      if (!refusal.isSilentIn(current)) {
        events.refused(current, now, refusal);
      }
      return null;
    }
  }

  /**
   * Opens the breaker, unless it has left the phase {@code from}.
   *
   * @return false if that was reset meanwhile: then the reason is forgotten, and all is as before
   */
  boolean trip(Closed from, @Nullable Duration retryAfter) {
    while (phase instanceof Closed current && current.generation == from.generation) {
      if (!current.continues(from)) {
        return false;
      }
      if (open(current, from.failures(), 1, retryAfter)) {
        events.exceeded(from);
        return true;
      }
    }
    return true;
  }

  /** Closes the breaker if it is in this very opening still; otherwise it does nothing. */
  void recover(Open from) {
    enter(from, CircuitBreaker.State.CLOSED);
  }

  void reset() {
    while (true) {
      var current = phase;
      boolean isReset =
          current.state() == CircuitBreaker.State.CLOSED
              ? replace(current, ((Closed) current).anew())
              : enter(current, CircuitBreaker.State.CLOSED);
      if (isReset) {
        return;
      }
    }
  }

  /** Enters a state that only the user asks for, unless the breaker is in it. */
  void force(CircuitBreaker.State state) {
    while (true) {
      var current = phase;
      if (current.state() == state) {
        return;
      }
      boolean entered =
          state == CircuitBreaker.State.FORCED_OPEN
              ? move(current, Open.forced(current.generation + 1, 0), Duration.ZERO)
              : enter(current, state);
      if (entered) {
        return;
      }
    }
  }

  void configure(CircuitBreakerConfig changed) {
    config = changed;
    adopt();
    // What is known may be enough for the new settings.
    if (phase instanceof Closed closed) {
      closed.judge();
    }
    while (phase instanceof HalfOpen halfOpen && isEnough(halfOpen)) {
      enter(halfOpen, CircuitBreaker.State.CLOSED);
    }
    events.keeper.run();
  }

  void succeeded(Probe probe) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      var after = current.succeeded(probe);
      if (isEnough(after) ? enter(current, CircuitBreaker.State.CLOSED) : replace(current, after)) {
        events.settled(current);
        return;
      }
    }
    events.stale();
  }

  void failed(Probe probe, @Nullable Duration retryAfter) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      if (open(current, current.failures() + 1, current.opening() + 1, retryAfter)) {
        events.settled(current);
        return;
      }
    }
    events.stale();
  }

  void released(Probe probe) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      if (replace(current, current.without(probe))) {
        events.settled(current);
        return;
      }
    }
  }

  /** Whether what a call threw is a failure of the model. */
  boolean counts(Throwable thrown) {
    var bare = Stages.bare(thrown);
    try {
      return config.countsAsFailure().test(bare);
    } catch (Throwable broken) {
      Suppressed.add(bare, broken);
      return true;
    }
  }

  boolean isSlow(long nanos) {
    var limit = config.slowCallDuration();
    return limit != null && nanos >= Durations.saturatedNanos(limit);
  }

  private @Nullable HalfOpen holding(Probe probe) {
    return phase instanceof HalfOpen halfOpen && halfOpen.holds(probe) ? halfOpen : null;
  }

  private boolean open(Phase from, int failures, int opening, @Nullable Duration retryAfter) {
    // A hint of no time at all names no wait.
    var wait =
        retryAfter == null || retryAfter.compareTo(Duration.ZERO) <= 0
            ? config.openWait().of(opening, random)
            : WaitHints.bounded(retryAfter);
    long nanos = Durations.saturatedNanos(wait);
    return move(from, Open.waiting(from.generation + 1, now(), nanos, failures, opening), wait);
  }

  /** Enters a state that admits every call, with nothing counted. */
  private boolean enter(Phase from, CircuitBreaker.State state) {
    var settings = config;
    var entered = new Closed(this, from.generation + 1, state, settings);
    boolean moved = move(from, entered, Duration.ZERO);
    if (moved && settings != config) {
      adopt();
    }
    return moved;
  }

  /** Lets the current phase work by the current settings. */
  private void adopt() {
    while (phase instanceof Closed closed && closed.config() != config) {
      replace(closed, closed.with(config));
    }
  }

  private boolean isEnough(HalfOpen halfOpen) {
    return halfOpen.successes() >= config.successThreshold();
  }

  /** A transition: the next phase has the next generation, and the listeners are told. */
  private boolean move(Phase from, Phase to, Duration wait) {
    // First, because it may read the clock, which is foreign code: no transition may go untold.
    int failures = Math.max(from.failures(), to.failures());
    if (!replace(from, to)) {
      return false;
    }
    events.moved(from, to, failures, wait);
    return true;
  }

  private boolean replace(Phase from, Phase to) {
    return PHASE.compareAndSet(this, from, to);
  }
}
