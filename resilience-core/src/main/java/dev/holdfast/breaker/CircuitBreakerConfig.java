package dev.holdfast.breaker;

import java.time.Duration;
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

  private static final int DEFAULT_FAILURES = 5;
  private static final SlidingWindow DEFAULT_WINDOW = new SlidingWindow.OfCalls(20);
  private static final int DEFAULT_MINIMUM_CALLS = 10;

  private static final CircuitBreakerConfig DEFAULTS = builder().build();
  private static final CircuitBreakerConfig LOW_TRAFFIC = preset(3, 60);
  private static final CircuitBreakerConfig MEDIUM_TRAFFIC = preset(5, 30);
  private static final CircuitBreakerConfig HIGH_TRAFFIC = preset(10, 15);

  private final CircuitBreakerConfigBuilder origin;
  private final int failureThreshold;
  private final double failureRateThreshold;
  private final @Nullable SlidingWindow slidingWindow;
  private final int minimumCalls;
  private final double slowCallRateThreshold;
  private final @Nullable Duration slowCallDuration;
  private final int hangingCallsThreshold;
  private final @Nullable Duration hangingCallDuration;
  private final OpenWait openWait;
  private final int permittedCallsInHalfOpenState;
  private final int successThreshold;
  private final Duration probeLease;
  private final Duration maxWaitInHalfOpen;
  private final Predicate<? super Throwable> countsAsFailure;

  CircuitBreakerConfig(CircuitBreakerConfigBuilder builder) {
    this.origin = builder.copy();
    this.failureThreshold = failureThreshold(builder);
    this.failureRateThreshold = builder.failureRateThreshold;
    this.slidingWindow = slidingWindow(builder);
    this.minimumCalls = minimumCalls(builder);
    this.slowCallRateThreshold = builder.slowCallRateThreshold;
    this.slowCallDuration = builder.slowCallDuration;
    this.hangingCallsThreshold = builder.hangingCallsThreshold;
    this.hangingCallDuration = builder.hangingCallDuration;
    this.openWait = builder.openWait();
    this.permittedCallsInHalfOpenState = builder.permittedCallsInHalfOpenState;
    this.successThreshold = builder.successThreshold;
    this.probeLease = probeLease(builder);
    this.maxWaitInHalfOpen = builder.maxWaitInHalfOpen;
    this.countsAsFailure = builder.countsAsFailure;
  }

  /** The defaults of {@link CircuitBreakerConfigBuilder}. */
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
  public static CircuitBreakerConfigBuilder builder() {
    return new CircuitBreakerConfigBuilder();
  }

  /** A builder that starts from these settings. */
  public CircuitBreakerConfigBuilder toBuilder() {
    return origin.copy();
  }

  /** The failures in a row that open the breaker; zero if a failure rate does. */
  public int failureThreshold() {
    return failureThreshold;
  }

  /** The part of the calls in the window that must fail to open the breaker; zero if none does. */
  public double failureRateThreshold() {
    return failureRateThreshold;
  }

  /** The calls that rates are taken of; null if there is no rate. */
  public @Nullable SlidingWindow slidingWindow() {
    return slidingWindow;
  }

  /** The calls that must be in the window before a rate is taken; zero if there is none. */
  public int minimumCalls() {
    return minimumCalls;
  }

  /**
   * The part of the calls in the window that must be slow to open the breaker; zero if none does.
   */
  public double slowCallRateThreshold() {
    return slowCallRateThreshold;
  }

  /** The time from which on a call is slow; null if none is. */
  public @Nullable Duration slowCallDuration() {
    return slowCallDuration;
  }

  /** The calls under way that must hang to open the breaker; zero if none does. */
  public int hangingCallsThreshold() {
    return hangingCallsThreshold;
  }

  /** The time from which on a call under way hangs; null if none does. */
  public @Nullable Duration hangingCallDuration() {
    return hangingCallDuration;
  }

  /** How long a breaker that opens from CLOSED refuses calls before it lets a probe through. */
  public Duration waitDurationInOpenState() {
    return openWait.first();
  }

  /** The longest that the wait in OPEN grows to, jitter included. */
  public Duration maxWaitDurationInOpenState() {
    return openWait.longest();
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
    return probeLease;
  }

  /** How long a suspending caller waits for a place in HALF_OPEN before it is refused. */
  public Duration maxWaitInHalfOpen() {
    return maxWaitInHalfOpen;
  }

  /** Which exceptions count as failures of the model. */
  public Predicate<? super Throwable> countsAsFailure() {
    return countsAsFailure;
  }

  OpenWait openWait() {
    return openWait;
  }

  /** Whether each call must be timed, because a rule looks at how long calls take. */
  boolean timesCalls() {
    return slowCallDuration != null || hangingCallDuration != null;
  }

  private static CircuitBreakerConfig preset(int failures, int seconds) {
    return builder()
        .failureThreshold(failures)
        .waitDurationInOpenState(Duration.ofSeconds(seconds))
        .build();
  }

  /** Failures in a row are the rule unless a failure rate is. */
  private static int failureThreshold(CircuitBreakerConfigBuilder builder) {
    if (builder.failureRateThreshold > 0) {
      return 0;
    }
    return builder.failureThreshold > 0 ? builder.failureThreshold : DEFAULT_FAILURES;
  }

  private static @Nullable SlidingWindow slidingWindow(CircuitBreakerConfigBuilder builder) {
    if (!builder.takesRates()) {
      return null;
    }
    return builder.slidingWindow != null ? builder.slidingWindow : DEFAULT_WINDOW;
  }

  private static int minimumCalls(CircuitBreakerConfigBuilder builder) {
    if (!builder.takesRates() || builder.minimumCalls > 0) {
      return builder.minimumCalls;
    }
    return slidingWindow(builder) instanceof SlidingWindow.OfCalls window
        ? Math.min(DEFAULT_MINIMUM_CALLS, window.calls())
        : DEFAULT_MINIMUM_CALLS;
  }

  private static Duration probeLease(CircuitBreakerConfigBuilder builder) {
    if (builder.probeLease != null) {
      return builder.probeLease;
    }
    return builder.waitDurationInOpenState.compareTo(SHORTEST_DEFAULT_LEASE) > 0
        ? builder.waitDurationInOpenState
        : SHORTEST_DEFAULT_LEASE;
  }
}
