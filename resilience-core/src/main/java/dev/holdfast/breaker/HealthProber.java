package dev.holdfast.breaker;

import dev.holdfast.event.Subscription;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Follows one breaker, and probes each of its openings for as long as it lasts. */
final class HealthProber implements Subscription {

  private final Circuit circuit;
  private final HealthProbe probe;
  private final Subscription transitions;
  private final AtomicReference<@Nullable ProbedOpening> opening = new AtomicReference<>();
  private volatile boolean closed;

  HealthProber(CircuitBreaker breaker, HealthProbe probe) {
    this.circuit = breaker.circuit();
    this.probe = probe;
    this.transitions = circuit.events.transitions.listeners.add(this::follow);
  }

  @Override
  public void close() {
    closed = true;
    transitions.close();
    replace(null);
  }

  /** Transitions are told one at a time and in order, but perhaps late. */
  private void follow(StateTransition transition) {
    var next =
        circuit.phase() instanceof Open open
                && open.generation == transition.generation()
                && transition.to() == CircuitBreaker.State.OPEN
            ? new ProbedOpening(circuit, open, probe)
            : null;
    replace(next);
    if (next != null) {
      if (closed) {
        replace(null);
      } else {
        next.begin();
      }
    }
  }

  private void replace(@Nullable ProbedOpening next) {
    var last = opening.getAndSet(next);
    if (last != null) {
      last.end();
    }
  }
}
