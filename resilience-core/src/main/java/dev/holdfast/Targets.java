package dev.holdfast;

import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.Model;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.throttle.ThrottleGate;
import dev.holdfast.throttle.ThrottleGates;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The state that all variants of one {@link Resilience} share: each model's breaker and gate. */
final class Targets {

  final CircuitBreakers breakers;
  final Classifier<@Nullable Object> classifier;
  final RandomGenerator random;
  final Time time;

  /** How long calls may take unless a variant says otherwise. */
  final Duration usualDeadline;

  private final Map<String, Model> models;
  private final Map<String, ThrottleGate> sharedGates = new ConcurrentHashMap<>();

  Targets(
      Map<String, Model> models,
      Duration usualDeadline,
      Classifier<@Nullable Object> classifier,
      RandomGenerator random,
      Time time) {
    this.usualDeadline = usualDeadline;
    this.models = new LinkedHashMap<>(models);
    this.classifier = classifier;
    this.random = random;
    this.time = time;
    var registry = CircuitBreakers.builder().time(time);
    models.forEach((name, model) -> registry.config(name, model.circuitBreaker()));
    this.breakers = registry.build();
  }

  /** The names of the configured models, in their order. */
  List<String> names() {
    return List.copyOf(models.keySet());
  }

  /**
   * The target of the given name; a model that is not configured has the default settings. Made
   * anew each time, from parts that last: names may come from outside, and the registry of the
   * breakers is the one place that forgets those which are not used.
   */
  Target target(String name) {
    var model = models.get(name);
    var breaker = breakers.breaker(name);
    // The model's own gate lives with its breaker, so that neither is forgotten without the other.
    var own = breaker.companion(ThrottleGate.class, () -> new ThrottleGate(name));
    if (model == null) {
      return new Target(Model.of(name), breaker, own);
    }
    var gates =
        new ThrottleGates(
            own,
            shared("quota pool ", model.quotaPool()),
            shared("account ", model.account()),
            shared("credential ", model.credential()));
    return new Target(model, breaker, gates);
  }

  private @Nullable ThrottleGate shared(String kind, @Nullable String name) {
    return name == null ? null : sharedGates.computeIfAbsent(kind + name, ThrottleGate::new);
  }
}
