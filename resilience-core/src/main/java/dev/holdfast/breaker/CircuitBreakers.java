package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.event.Subscription;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.require.Require;
import dev.holdfast.time.Time;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breakers of an application, one for each name, made when they are first asked for.
 * The names are those of models: one breaker for all would let one model's outage stop the others.
 *
 * <p>Safe for use by many threads; all who ask for a name get the same instance.
 */
public final class CircuitBreakers {

  private final Map<String, CircuitBreakerConfig> configs;
  private final CircuitBreakerConfig defaultConfig;
  private final Time time;
  private final ConcurrentHashMap<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();
  private final Listeners<StateTransition> transitions = new Listeners<>();
  private final Listeners<CallRejection> rejections = new Listeners<>();

  private CircuitBreakers(Builder builder) {
    this.configs = Map.copyOf(builder.configs);
    this.defaultConfig = builder.defaultConfig;
    this.time = builder.time;
  }

  /** A registry whose breakers all have the default settings. */
  public static CircuitBreakers ofDefaults() {
    return builder().build();
  }

  /** A registry whose breakers all have the given settings. */
  public static CircuitBreakers of(CircuitBreakerConfig config) {
    return builder().defaultConfig(config).build();
  }

  /** A builder of a registry. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The breaker of the given name.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public CircuitBreaker breaker(String name) {
    var breaker = breakers.get(Objects.requireNonNull(name, "name"));
    return breaker != null ? breaker : breakers.computeIfAbsent(name, this::create);
  }

  /** The breakers made so far. */
  public Collection<CircuitBreaker> all() {
    return List.copyOf(breakers.values());
  }

  /** As {@link CircuitBreaker#call}, through the breaker of the given name. */
  public <T extends @Nullable Object, E extends Exception> T call(
      String name, ThrowingSupplier<T, E> call) throws E {
    return breaker(name).call(call);
  }

  /** As {@link CircuitBreaker#callAsync}, through the breaker of the given name. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      String name, Supplier<? extends CompletionStage<T>> call) {
    return breaker(name).callAsync(call);
  }

  /** Tells {@code listener} the transitions of all breakers, those made later included. */
  public Subscription onTransition(Consumer<? super StateTransition> listener) {
    return transitions.add(listener);
  }

  /** Tells {@code listener} the rejections of all breakers, those made later included. */
  public Subscription onRejection(Consumer<? super CallRejection> listener) {
    return rejections.add(listener);
  }

  private CircuitBreaker create(String name) {
    var breaker = CircuitBreaker.of(name, configs.getOrDefault(name, defaultConfig), time);
    breaker.onTransition(transitions::publish);
    breaker.onRejection(rejections::publish);
    return breaker;
  }

  /** Collects the settings of a registry. Not safe for use by many threads. */
  public static final class Builder {

    private final Map<String, CircuitBreakerConfig> configs = new HashMap<>();
    private CircuitBreakerConfig defaultConfig = CircuitBreakerConfig.defaults();
    private Time time = Time.system();

    private Builder() {}

    /** The settings of every breaker that has none of its own. */
    public Builder defaultConfig(CircuitBreakerConfig config) {
      defaultConfig = Objects.requireNonNull(config, "defaultConfig");
      return this;
    }

    /**
     * The settings of the breaker of the given name.
     *
     * @throws IllegalArgumentException if the name is blank or has settings already
     */
    public Builder config(String name, CircuitBreakerConfig config) {
      Require.notBlank("name", name);
      if (configs.putIfAbsent(name, Objects.requireNonNull(config, "config")) != null) {
        throw new IllegalArgumentException(
            "name must be configured once, but was '" + name + "' again");
      }
      return this;
    }

    /** The clock that the breakers read. The system's by default. */
    public Builder time(Time time) {
      this.time = Objects.requireNonNull(time, "time");
      return this;
    }

    /** The registry. */
    public CircuitBreakers build() {
      return new CircuitBreakers(this);
    }
  }
}
