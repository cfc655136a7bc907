package dev.holdfast.breaker;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a circuit breaker. Immutable, so one may serve any number of breakers.
 *
 * <p>Three presets fit most models: {@link #lowTraffic}, {@link #mediumTraffic} and {@link
 * #highTraffic}. {@link #defaults} opens after 5 failures in a row and waits for 60 seconds.
 */
public final class CircuitBreakerConfig {

  /** LLM calls take up to two minutes; a shorter lease would take healthy probes for lost ones. */
  private static final Duration SHORTEST_DEFAULT_LEASE = Duration.ofMinutes(2);

  private static final CircuitBreakerConfig DEFAULTS = builder().build();
  private static final CircuitBreakerConfig LOW_TRAFFIC = preset(3, 60);
  private static final CircuitBreakerConfig MEDIUM_TRAFFIC = preset(5, 30);
  private static final CircuitBreakerConfig HIGH_TRAFFIC = preset(10, 15);

  private final int failureThreshold;
  private final Duration waitDurationInOpenState;
  private final int permittedCallsInHalfOpenState;
  private final int successThreshold;
  private final @Nullable Duration chosenProbeLease;
  private final Duration maxWaitInHalfOpen;
  private final Predicate<? super Throwable> countsAsFailure;

  private CircuitBreakerConfig(Builder builder) {
    this.failureThreshold = builder.failureThreshold;
    this.waitDurationInOpenState = builder.waitDurationInOpenState;
    this.permittedCallsInHalfOpenState = builder.permittedCallsInHalfOpenState;
    this.successThreshold = builder.successThreshold;
    this.chosenProbeLease = builder.probeLease;
    this.maxWaitInHalfOpen = builder.maxWaitInHalfOpen;
    this.countsAsFailure = builder.countsAsFailure;
  }

  /** The defaults of {@link Builder}. */
  public static CircuitBreakerConfig defaults() {
    return DEFAULTS;
  }

  /** For a few calls a minute: opens after 3 failures in a row, for 60 seconds. */
  public static CircuitBreakerConfig lowTraffic() {
    return LOW_TRAFFIC;
  }

  /** For some calls a second: opens after 5 failures in a row, for 30 seconds. */
  public static CircuitBreakerConfig mediumTraffic() {
    return MEDIUM_TRAFFIC;
  }

  /** For many calls a second: opens after 10 failures in a row, for 15 seconds. */
  public static CircuitBreakerConfig highTraffic() {
    return HIGH_TRAFFIC;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    var builder = new Builder();
    builder.failureThreshold = failureThreshold;
    builder.waitDurationInOpenState = waitDurationInOpenState;
    builder.permittedCallsInHalfOpenState = permittedCallsInHalfOpenState;
    builder.successThreshold = successThreshold;
    builder.probeLease = chosenProbeLease;
    builder.maxWaitInHalfOpen = maxWaitInHalfOpen;
    builder.countsAsFailure = countsAsFailure;
    return builder;
  }

  /** The failures in a row that open the breaker. */
  public int failureThreshold() {
    return failureThreshold;
  }

  /** How long an open breaker refuses calls before it lets a probe through. */
  public Duration waitDurationInOpenState() {
    return waitDurationInOpenState;
  }

  /** The probes that may be out at the same time in HALF_OPEN. */
  public int permittedCallsInHalfOpenState() {
    return permittedCallsInHalfOpenState;
  }

  /** The successful probes that close the breaker. */
  public int successThreshold() {
    return successThreshold;
  }

  /** How long a probe may keep its place without a report. */
  public Duration probeLease() {
    if (chosenProbeLease != null) {
      return chosenProbeLease;
    }
    return waitDurationInOpenState.compareTo(SHORTEST_DEFAULT_LEASE) > 0
        ? waitDurationInOpenState
        : SHORTEST_DEFAULT_LEASE;
  }

  /** How long a suspending caller waits for a place in HALF_OPEN before it is refused. */
  public Duration maxWaitInHalfOpen() {
    return maxWaitInHalfOpen;
  }

  /** Which exceptions count as failures of the model. */
  public Predicate<? super Throwable> countsAsFailure() {
    return countsAsFailure;
  }

  private static CircuitBreakerConfig preset(int failures, int seconds) {
    return builder()
        .failureThreshold(failures)
        .waitDurationInOpenState(Duration.ofSeconds(seconds))
        .build();
  }

  /** Collects the settings of a circuit breaker. Not safe for use by many threads. */
  public static final class Builder {

    private int failureThreshold = 5;
    private Duration waitDurationInOpenState = Duration.ofSeconds(60);
    private int permittedCallsInHalfOpenState = 1;
    private int successThreshold = 1;
    private @Nullable Duration probeLease;
    private Duration maxWaitInHalfOpen = Duration.ZERO;
    private Predicate<? super Throwable> countsAsFailure =
        thrown -> !(thrown instanceof CallRejectedException);

    private Builder() {}

    /**
     * The failures in a row that open the breaker. 5 by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder failureThreshold(int failures) {
      failureThreshold = Require.atLeast(1, "failureThreshold", failures);
      return this;
    }

    /**
     * How long an open breaker refuses calls before it lets a probe through. 60 seconds by default.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder waitDurationInOpenState(Duration wait) {
      waitDurationInOpenState = Require.positive("waitDurationInOpenState", wait);
      return this;
    }

    /**
     * The probes that may be out at the same time in HALF_OPEN. 1 by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder permittedCallsInHalfOpenState(int calls) {
      permittedCallsInHalfOpenState = Require.atLeast(1, "permittedCallsInHalfOpenState", calls);
      return this;
    }

    /**
     * The successful probes that close the breaker. 1 by default; one failed probe opens it again.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder successThreshold(int successes) {
      successThreshold = Require.atLeast(1, "successThreshold", successes);
      return this;
    }

    /**
     * How long a probe may keep its place without a report; then the place may go to another call,
     * and a late report is dropped. By default {@link #waitDurationInOpenState}, but at least 2
     * minutes. Pitfall: with a lease shorter than a healthy call takes, no probe ever counts.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder probeLease(Duration lease) {
      probeLease = Require.positive("probeLease", lease);
      return this;
    }

    /**
     * How long a suspending caller waits for a place in HALF_OPEN before it is refused. Zero by
     * default: refused at once. Blocking and futures callers never wait.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxWaitInHalfOpen(Duration wait) {
      maxWaitInHalfOpen = Require.notNegative("maxWaitInHalfOpen", wait);
      return this;
    }

    /**
     * Which exceptions count as failures of the model; the others say nothing about it. By default
     * all but a {@link CallRejectedException}. It is given the bare exception, without the wrappers
     * that futures put around it. It is not asked when the caller gave up (an interrupt, a
     * cancelled future or coroutine): that never counts. An exception of the predicate itself is
     * added to the call's as a suppressed one, and the call counts as failed.
     */
    public Builder countsAsFailure(Predicate<? super Throwable> counts) {
      countsAsFailure = Objects.requireNonNull(counts, "countsAsFailure");
      return this;
    }

    /** The settings collected so far. */
    public CircuitBreakerConfig build() {
      return new CircuitBreakerConfig(this);
    }
  }
}
