package dev.holdfast;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Model;
import dev.holdfast.model.Target;
import dev.holdfast.model.UsualLatency;
import dev.holdfast.throttle.QuotaReading;
import dev.holdfast.throttle.ThrottleGate;
import dev.holdfast.throttle.ThrottleGates;
import dev.holdfast.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models of one {@link Resilience}, and the state that all its variants share. Safe for use by
 * many threads.
 */
public final class Targets {

  final CircuitBreakers breakers;

  private final Time time;
  private final Map<String, Model> models;
  private final Map<String, ThrottleGates> sharedGates = new LinkedHashMap<>();

  Targets(Map<String, Model> models, Time time) {
    this.time = time;
    this.models = new LinkedHashMap<>(models);
    var registry = CircuitBreakers.builder().time(time);
    models.forEach(
        (name, model) -> {
          registry.config(name, model.circuitBreaker());
          var probe = model.healthProbe();
          if (probe != null) {
            boolean isTimed = probe.timeout() != null;
            registry.healthProbe(name, isTimed ? probe : probe.withTimeout(model.attemptTimeout()));
          }
        });
    this.breakers = registry.build();
    shareGates();
  }

  /** The models that were declared, in their order. */
  public List<Model> models() {
    return List.copyOf(models.values());
  }

  /**
   * The throttle gates that stand before a model, for what a provider says outside a failed call.
   * Names that were not declared have the default settings and share nothing.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public ThrottleGates gates(String model) {
    return target(ChainStep.of(model), breakers.breaker(model)).gates();
  }

  /**
   * Takes what a provider says of a limit that calls to the model have: the reading goes to the
   * gate of its quota pool, or to its own if none is declared.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public void read(String model, QuotaReading reading) {
    gates(model).ofQuota().read(reading, time.nanoTime());
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
