package dev.holdfast.model;

import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;

/** The name of a model and the settings by which it is guarded. Immutable. */
public final class Model {

  private final String name;
  private final CircuitBreakerConfig circuitBreaker;
  private final Duration attemptTimeout;

  private Model(Builder builder) {
    this.name = builder.name;
    this.circuitBreaker = builder.circuitBreaker;
    this.attemptTimeout = builder.attemptTimeout;
  }

  /**
   * A model with the default settings.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static Model of(String name) {
    return named(name).build();
  }

  /**
   * A builder of a model that starts from the default settings.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder(name).circuitBreaker(circuitBreaker).attemptTimeout(attemptTimeout);
  }

  /** The name, as requests spell it. */
  public String name() {
    return name;
  }

  /** The settings of its circuit breaker. */
  public CircuitBreakerConfig circuitBreaker() {
    return circuitBreaker;
  }

  /** How long one attempt may take. */
  public Duration attemptTimeout() {
    return attemptTimeout;
  }

  /** Collects the settings of a model. Not safe for use by many threads. */
  public static final class Builder {

    private final String name;
    private CircuitBreakerConfig circuitBreaker = CircuitBreakerConfig.defaults();
    private Duration attemptTimeout = Duration.ofSeconds(60);

    private Builder(String name) {
      this.name = Require.notBlank("name", name);
    }

    /** The settings of its circuit breaker. {@link CircuitBreakerConfig#defaults} by default. */
    public Builder circuitBreaker(CircuitBreakerConfig config) {
      circuitBreaker = Objects.requireNonNull(config, "circuitBreaker");
      return this;
    }

    /**
     * How long one attempt may take. 60 seconds by default. An attempt that takes longer is
     * cancelled, and counts as a failure of the model.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder attemptTimeout(Duration timeout) {
      attemptTimeout = Require.positive("attemptTimeout", timeout);
      return this;
    }

    /** The model with the settings collected so far. */
    public Model build() {
      return new Model(this);
    }
  }
}
