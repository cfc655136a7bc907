package dev.holdfast;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Model;
import dev.holdfast.model.Target;
import dev.holdfast.model.UsualLatency;
import dev.holdfast.throttle.ThrottleGate;
import dev.holdfast.throttle.ThrottleGates;
import dev.holdfast.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models of one {@link Resilience}, and the state that all its variants share. */
final class Targets {

  final CircuitBreakers breakers;

  private final Map<String, Model> models;
  private final Map<String, ThrottleGates> sharedGates = new LinkedHashMap<>();

  Targets(Map<String, Model> models, Time time) {
    this.models = new LinkedHashMap<>(models);
    var registry = CircuitBreakers.builder().time(time);
    models.forEach((name, model) -> registry.config(name, model.circuitBreaker()));
    this.breakers = registry.build();
    shareGates();
  }

  /** The names of the configured models, in their order. */
  List<String> names() {
    return List.copyOf(models.keySet());
  }

  /** The targets of a chain, each looked up when it is asked for. */
  Chain chain(List<ChainStep> steps) {
    return new Chain(this, steps);
  }

  /**
   * The target of the given step; a model that is not configured has the default settings. Names
   * may come from outside, and the registry of the breakers is the one place that forgets those
   * which are not used: what a model has of its own lives with its breaker.
   */
  Target target(ChainStep step, CircuitBreaker breaker) {
    var configured = models.get(step.model());
    var model = configured != null ? configured : Model.of(step.model());
    var own = breaker.companion(ThrottleGate.class, () -> new ThrottleGate(step.model()));
    var shared = sharedGates.get(step.model());
    return new Target(
        model,
        breaker,
        shared == null ? ThrottleGates.of(own) : shared.with(own),
        breaker.companion(UsualLatency.class, UsualLatency::new),
        model.patch().and(step.patch()));
  }

  private void shareGates() {
    var pools = new LinkedHashMap<String, ThrottleGate>();
    var accounts = new LinkedHashMap<String, ThrottleGate>();
    var credentials = new LinkedHashMap<String, ThrottleGate>();
    models.forEach(
        (name, model) ->
            sharedGates.put(
                name,
                new ThrottleGates(
                    new ThrottleGate(name),
                    shared(pools, model.quotaPool()),
                    shared(accounts, model.account()),
                    shared(credentials, model.credential()))));
  }

  private static @Nullable ThrottleGate shared(
      Map<String, ThrottleGate> gates, @Nullable String name) {
    return name == null ? null : gates.computeIfAbsent(name, ThrottleGate::new);
  }
}
