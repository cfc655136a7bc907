package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.stage.Stages;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The state machine behind the faces of one breaker. */
final class Circuit {

  /*
   * The state is one reference to a phase; every transition is a compare-and-set of it.
   *
   *           failures in a row                  the wait is over, seen by the next look
   *   CLOSED ──────────────────▶ OPEN ─────────────────────────────────▶ HALF_OPEN
   *     ▲                         ▲                                        │    │
   *     │                         └────────────── a probe failed ──────────┘    │
   *     └────────────────────── enough probes succeeded ────────────────────────┘
   *
   * A result counts if, and only if, its admission still belongs to the current phase: in CLOSED the
   * phase is the admission, in HALF_OPEN the probe is listed in the phase. Each operation reads the
   * phase once and passes it down; whoever loses a compare-and-set looks again.
   *
   * There is no timer. OPEN ends when somebody looks, and a probe that never reports loses its place
   * when somebody else wants it after the lease.
   *
   * Failures are counted in the Closed object. A late thread may count in one that is no longer
   * current and that nobody reads: the same as if its result had come after the transition.
   */

  private static final int MOST_SUPPRESSED = 16;

  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(Circuit.class, "phase", Phase.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final CircuitBreakerConfig config;
  final TransitionFeed transitions = new TransitionFeed();
  final Listeners<CallRejection> rejections = new Listeners<>();
  final Listeners<ProbeSettled> settledProbes = new Listeners<>();

  private final String name;
  private final Time time;
  private final LongAdder rejected = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private volatile Phase phase = new Closed(this, 0);

  Circuit(String name, CircuitBreakerConfig config, Time time) {
    this.name = name;
    this.config = config;
    this.time = time;
  }

  Phase phase() {
    return phase;
  }

  /** The phase at the time {@code now}: ends OPEN if its wait is over. */
  Phase look(long now) {
    while (true) {
      var current = phase;
      if (!(current instanceof Open open) || !open.isOver(now)) {
        return current;
      }
      int places = config.permittedCallsInHalfOpenState();
      move(open, new HalfOpen(open.generation + 1, places, open.failures()), Duration.ZERO);
    }
  }

  /** Admits a call, or refuses it: with null, unless the refusal is to be thrown. */
  @Nullable Admission admit(Refusal refusal) {
    long now = time.nanoTime();
    while (true) {
      var current = look(now);
      if (current instanceof Closed closed) {
        return closed;
      }
      if (current instanceof HalfOpen halfOpen) {
        var probe = new Probe(this, now, Durations.saturatedNanos(config.probeLease()));
        var after = halfOpen.with(probe, now);
        if (after != null) {
          if (replace(halfOpen, after)) {
            return probe;
          }
          continue;
        }
      }
      refuse(current, now, refusal);
      return null;
    }
  }

  /** Opens the breaker if {@code from} is still its phase. */
  boolean open(Phase from, int failures) {
    var wait = config.waitDurationInOpenState();
    long nanos = Durations.saturatedNanos(wait);
    return move(from, new Open(from.generation + 1, time.nanoTime(), nanos, failures), wait);
  }

  void reset() {
    while (true) {
      var current = phase;
      if (current instanceof Closed closed) {
        closed.forgetFailures();
        return;
      }
      if (close(current)) {
        return;
      }
    }
  }

  void succeeded(Probe probe) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      var after = current.succeeded(probe);
      boolean enough = after.successes() >= config.successThreshold();
      if (enough ? close(current) : replace(current, after)) {
        tellSettled(current);
        return;
      }
    }
    countStale();
  }

  void failed(Probe probe) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      if (open(current, current.failures() + 1)) {
        tellSettled(current);
        return;
      }
    }
    countStale();
  }

  void released(Probe probe) {
    for (var current = holding(probe); current != null; current = holding(probe)) {
      if (replace(current, current.without(probe))) {
        tellSettled(current);
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
      // One exception object may be thrown for many calls; it must not gather one of these for
      // each.
      if (broken != bare && bare.getSuppressed().length < MOST_SUPPRESSED) {
        bare.addSuppressed(broken);
      }
      return true;
    }
  }

  void countStale() {
    stale.increment();
  }

  long stale() {
    return stale.sum();
  }

  long rejected() {
    return rejected.sum();
  }

  private void refuse(Phase current, long now, Refusal refusal) {
    if (refusal == Refusal.SILENT) {
      return;
    }
    rejected.increment();
    long retryAfter = current.retryAfterNanos(now);
    if (!rejections.isEmpty()) {
      rejections.publish(new CallRejection(name, current.state(), Duration.ofNanos(retryAfter)));
    }
    if (refusal == Refusal.THROW) {
      throw new CircuitOpenException(name, current.state(), retryAfter);
    }
  }

  private @Nullable HalfOpen holding(Probe probe) {
    return phase instanceof HalfOpen halfOpen && halfOpen.holds(probe) ? halfOpen : null;
  }

  private boolean close(Phase from) {
    return move(from, new Closed(this, from.generation + 1), Duration.ZERO);
  }

  /** A transition: the next phase has the next generation, and the listeners are told. */
  private boolean move(Phase from, Phase to, Duration wait) {
    if (!replace(from, to)) {
      return false;
    }
    int failures = Math.max(from.failures(), to.failures());
    transitions.offer(
        new StateTransition(name, from.state(), to.state(), to.generation, failures, wait));
    return true;
  }

  private boolean replace(Phase from, Phase to) {
    return PHASE.compareAndSet(this, from, to);
  }

  private void tellSettled(HalfOpen of) {
    if (!settledProbes.isEmpty()) {
      settledProbes.publish(new ProbeSettled(name, of.generation));
    }
  }
}
