package dev.holdfast.model;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.throttle.ThrottleGate;
import dev.holdfast.throttle.ThrottleGates;
import java.time.Duration;
import java.util.Objects;

/**
 * A model that calls can go to: its settings, and the state that all calls to it share.
 *
 * @param model the settings
 * @param breaker the circuit breaker
 * @param gates the throttle gates that stand before it
 * @param latency how long it usually takes
 * @param patch what requests to it change
 */
public record Target(
    Model model,
    CircuitBreaker breaker,
    ThrottleGates gates,
    UsualLatency latency,
    RequestPatch patch) {

  /** Checks the components. */
  public Target {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(breaker, "breaker");
    Objects.requireNonNull(gates, "gates");
    Objects.requireNonNull(latency, "latency");
    Objects.requireNonNull(patch, "patch");
  }

  /** A target whose model shares no gate with others. */
  public Target(Model model, CircuitBreaker breaker, ThrottleGate gate) {
    this(model, breaker, ThrottleGates.of(gate), new UsualLatency(), model.patch());
  }

  /** The model's own gate. */
  public ThrottleGate gate() {
    return gates.model();
  }

  /** The name of the model. */
  public String name() {
    return model.name();
  }

  /** How long one attempt may take. */
  public Duration attemptTimeout() {
    return model.attemptTimeout();
  }
}
