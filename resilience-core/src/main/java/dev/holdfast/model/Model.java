package dev.holdfast.model;

import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.HealthProbe;
import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The name of a model and the settings by which it is guarded. Immutable. */
public final class Model {

  private final String name;
  private final CircuitBreakerConfig circuitBreaker;
  private final @Nullable HealthProbe healthProbe;
  private final Duration attemptTimeout;
  private final @Nullable Duration firstContentTimeout;
  private final Duration streamGap;
  private final @Nullable String quotaPool;
  private final @Nullable String account;
  private final @Nullable String credential;
  private final String requestedAs;
  private final int contextTokens;
  private final RequestPatch patch;

  private Model(Builder builder) {
    this.name = builder.name;
    this.circuitBreaker = builder.circuitBreaker;
    this.healthProbe = builder.healthProbe;
    this.attemptTimeout = builder.attemptTimeout;
    this.firstContentTimeout = builder.firstContentTimeout;
    this.streamGap = builder.streamGap;
    this.quotaPool = builder.quotaPool;
    this.account = builder.account;
    this.credential = builder.credential;
    this.requestedAs = builder.requestedAs;
    this.contextTokens = builder.contextTokens;
    this.patch = builder.patch;
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
    var builder = new Builder(name);
    builder.circuitBreaker = circuitBreaker;
    builder.healthProbe = healthProbe;
    builder.attemptTimeout = attemptTimeout;
    builder.firstContentTimeout = firstContentTimeout;
    builder.streamGap = streamGap;
    builder.quotaPool = quotaPool;
    builder.account = account;
    builder.credential = credential;
    builder.requestedAs = requestedAs;
    builder.contextTokens = contextTokens;
    builder.patch = patch;
    return builder;
  }

  /** The name, by which chains, breakers and events know it. */
  public String name() {
    return name;
  }

  /** The name as requests spell it; the same unless the model is reached in several ways. */
  public String requestedAs() {
    return requestedAs;
  }

  /** How many tokens its context holds; 0 if that is not known. */
  public int contextTokens() {
    return contextTokens;
  }

  /** What every request to it changes. */
  public RequestPatch patch() {
    return patch;
  }

  /** The settings of its circuit breaker. */
  public CircuitBreakerConfig circuitBreaker() {
    return circuitBreaker;
  }

  /** How its breaker, while it is open, finds out that it is back; null if only calls do. */
  public @Nullable HealthProbe healthProbe() {
    return healthProbe;
  }

  /** How long one attempt may take. */
  public Duration attemptTimeout() {
    return attemptTimeout;
  }

  /** How long the first content of a stream may take. */
  public Duration firstContentTimeout() {
    return firstContentTimeout == null ? attemptTimeout : firstContentTimeout;
  }

  /** How long a stream may be silent between two contents. */
  public Duration streamGap() {
    return streamGap;
  }

  /** The pool of quota that it shares with other models; null if none is declared. */
  public @Nullable String quotaPool() {
    return quotaPool;
  }

  /** The account that pays for it; null if none is declared. */
  public @Nullable String account() {
    return account;
  }

  /** The name of the credential that calls to it use; null if none is declared. */
  public @Nullable String credential() {
    return credential;
  }

  /** Collects the settings of a model. Not safe for use by many threads. */
  public static final class Builder {

    private final String name;
    private CircuitBreakerConfig circuitBreaker = CircuitBreakerConfig.defaults();
    private @Nullable HealthProbe healthProbe;
    private Duration attemptTimeout = Duration.ofSeconds(60);
    private @Nullable Duration firstContentTimeout;
    private Duration streamGap = Duration.ofSeconds(60);
    private @Nullable String quotaPool;
    private @Nullable String account;
    private @Nullable String credential;
    private String requestedAs;
    private int contextTokens;
    private RequestPatch patch = RequestPatch.none();

    private Builder(String name) {
      this.name = Require.notBlank("name", name);
      this.requestedAs = name;
    }

    /**
     * The name as requests spell it. The name of the model by default; needed where the same model
     * is reached in two ways, which are two models to a chain.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Builder requestedAs(String name) {
      requestedAs = Require.notBlank("requestedAs", name);
      return this;
    }

    /**
     * How many tokens its context holds. A request that was too long for one model goes on to those
     * that are known to hold more, and to no others. Not known by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder contextTokens(int tokens) {
      contextTokens = Require.atLeast(1, "contextTokens", tokens);
      return this;
    }

    /** What every request to it changes, such as its endpoint. Nothing by default. */
    public Builder patch(RequestPatch patch) {
      this.patch = Objects.requireNonNull(patch, "patch");
      return this;
    }

    /** The settings of its circuit breaker. {@link CircuitBreakerConfig#defaults} by default. */
    public Builder circuitBreaker(CircuitBreakerConfig config) {
      circuitBreaker = Objects.requireNonNull(config, "circuitBreaker");
      return this;
    }

    /**
     * How its breaker, while it is open, finds out that it is back, so that no user's call has to.
     * None by default: the calls after the breaker's wait find out.
     */
    public Builder healthProbe(HealthProbe probe) {
      healthProbe = Objects.requireNonNull(probe, "healthProbe");
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

    /**
     * How long the first content of a stream may take, instead of {@link #attemptTimeout}, which is
     * the default. A stream that has begun is bounded by {@link #streamGap} and by the deadline of
     * the call, not by the timeout of an attempt: a good answer may take minutes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder firstContentTimeout(Duration timeout) {
      firstContentTimeout = Require.positive("firstContentTimeout", timeout);
      return this;
    }

    /**
     * How long a stream may be silent between two contents, while its consumer waits for one. 60
     * seconds by default: tokens are milliseconds apart, but models that reason, search or prepare
     * a tool call fall silent for tens of seconds in the middle of a good answer, and what has been
     * shown is lost if they are given up too early.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder streamGap(Duration gap) {
      streamGap = Require.positive("streamGap", gap);
      return this;
    }

    /**
     * The pool of quota that it shares with the other models that name it. A rate limit then closes
     * the gate of the pool, and calls skip all its models. None by default: the limit is the
     * model's own.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder quotaPool(String pool) {
      quotaPool = Require.notBlank("quotaPool", pool);
      return this;
    }

    /**
     * The account that pays for it, shared with the other models that name it. None by default.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder account(String account) {
      this.account = Require.notBlank("account", account);
      return this;
    }

    /**
     * The name of the credential that calls to it use, shared with the other models that name it;
     * never the credential itself, because names are shown. None by default.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder credential(String name) {
      credential = Require.notBlank("credential", name);
      return this;
    }

    /** The model with the settings collected so far. */
    public Model build() {
      return new Model(this);
    }
  }
}
