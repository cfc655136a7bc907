package dev.holdfast.breaker;

import dev.holdfast.require.Require;
import dev.holdfast.time.Time;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Collects the settings of a registry. Not safe for use by many threads. */
public final class CircuitBreakersBuilder {

  private ConfigRules rules = new ConfigRules(Map.of(), CircuitBreakerConfig.defaults());
  private final Map<String, HealthProbe> probes = new HashMap<>();
  private int maxBreakers = 1000;
  private Time time = Time.system();
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  CircuitBreakersBuilder() {}

  /** The settings of every breaker that has none of its own. */
  public CircuitBreakersBuilder defaultConfig(CircuitBreakerConfig config) {
    rules = rules.withDefault(config);
    return this;
  }

  /**
   * The settings of a name, or of all names that fit a pattern. A name of its own goes before
   * patterns, and a pattern before those added later.
   *
   * @param nameOrPattern a name, or a pattern in which each {@code *} stands for any text
   * @throws IllegalArgumentException if it is blank or has settings already
   */
  public CircuitBreakersBuilder config(String nameOrPattern, CircuitBreakerConfig config) {
    if (rules.byNameOrPattern().containsKey(nameOrPattern)) {
      throw new IllegalArgumentException(
          "name must be configured once, but was '%s' again".formatted(nameOrPattern));
    }
    rules = rules.with(nameOrPattern, config);
    return this;
  }

  /**
   * How the breaker of this name, while it is open, finds out that its model is back. Without it
   * only the calls after the wait do.
   *
   * @throws IllegalArgumentException if the name is blank or has a probe already
   */
  public CircuitBreakersBuilder healthProbe(String name, HealthProbe probe) {
    Objects.requireNonNull(probe, "probe");
    if (probes.putIfAbsent(Require.notBlank("name", name), probe) != null) {
      throw new IllegalArgumentException(
          "name must have one health probe, but '%s' was given another".formatted(name));
    }
    return this;
  }

  /**
   * The breakers from which on idle ones go. 1,000 by default.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CircuitBreakersBuilder maxBreakers(int breakers) {
    maxBreakers = Require.atLeast(1, "maxBreakers", breakers);
    return this;
  }

  /** The clock that the breakers read. The system's by default. */
  public CircuitBreakersBuilder time(Time time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /** The source of the breakers' jitter. The current thread's own by default. */
  public CircuitBreakersBuilder random(RandomGenerator random) {
    this.random = Objects.requireNonNull(random, "random");
    return this;
  }

  /** The registry. */
  public CircuitBreakers build() {
    return new CircuitBreakers(rules, Map.copyOf(probes), maxBreakers, time, random);
  }
}
