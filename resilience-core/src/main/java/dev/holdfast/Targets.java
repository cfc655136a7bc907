package dev.holdfast;

import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.Model;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.throttle.ThrottleGate;
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

  private final Map<String, Model> models;
  private final @Nullable Duration longestAttempt;
  private final Map<String, Target> byName = new ConcurrentHashMap<>();

  Targets(
      Map<String, Model> models,
      @Nullable Duration longestAttempt,
      Classifier<@Nullable Object> classifier,
      RandomGenerator random,
      Time time) {
    this.models = new LinkedHashMap<>(models);
    this.longestAttempt = longestAttempt;
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

  /** The target of the given name; a model that is not configured has the default settings. */
  Target target(String name) {
    var target = byName.get(name);
    return target != null ? target : byName.computeIfAbsent(name, this::create);
  }

  private Target create(String name) {
    var configured = models.get(name);
    var model = configured == null ? Model.of(name) : configured;
    // No attempt can take longer than the call, so one that takes as long has had all the time.
    if (longestAttempt != null && longestAttempt.compareTo(model.attemptTimeout()) < 0) {
      model = model.toBuilder().attemptTimeout(longestAttempt).build();
    }
    return new Target(model, breakers.breaker(name), new ThrottleGate(name));
  }
}
