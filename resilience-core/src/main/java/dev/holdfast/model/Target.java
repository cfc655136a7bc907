package dev.holdfast.model;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.throttle.ThrottleGate;
import java.time.Duration;
import java.util.Objects;

/**
 * A model that calls can go to: its settings, and the state that all calls to it share.
 *
 * @param model the settings
 * @param breaker the circuit breaker
 * @param gate the throttle gate
 */
public record Target(Model model, CircuitBreaker breaker, ThrottleGate gate) {

  /** Checks the components. */
  public Target {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(breaker, "breaker");
    Objects.requireNonNull(gate, "gate");
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
