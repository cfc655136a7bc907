package dev.holdfast.breaker;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.require.Require;
import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a circuit breaker. Not safe for use by many threads.
 *
 * <p>What opens the breaker is either {@link #failureThreshold} or {@link #failureRateThreshold}; a
 * rule for slow calls and one for hanging calls may be added to either.
 */
public final class CircuitBreakerConfigBuilder {

  double failureRateThreshold;
  double slowCallRateThreshold;
  @Nullable Duration slowCallDuration;
  int hangingCallsThreshold;
  @Nullable Duration hangingCallDuration;
  int permittedCallsInHalfOpenState = 1;
  int successThreshold = 1;
  Duration maxWaitInHalfOpen = Duration.ZERO;
  Predicate<? super Throwable> countsAsFailure =
      thrown -> !(thrown instanceof CallRejectedException);

  int failureThreshold;
  @Nullable SlidingWindow slidingWindow;
  int minimumCalls;
  Duration waitDurationInOpenState = Duration.ofSeconds(60);
  private double waitGrowth = 1;
  private @Nullable Duration maxWaitDurationInOpenState;
  private double waitJitter;
  @Nullable Duration probeLease;

  CircuitBreakerConfigBuilder() {}

  /**
   * The failures in a row that open the breaker. 5 by default.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CircuitBreakerConfigBuilder failureThreshold(int failures) {
    failureThreshold = Require.atLeast(1, "failureThreshold", failures);
    return this;
  }

  /**
   * The part of the calls in the sliding window that must fail to open the breaker: 0.5 is every
   * second one.
   *
   * @throws IllegalArgumentException if it is not above 0 and at most 1
   */
  public CircuitBreakerConfigBuilder failureRateThreshold(double rate) {
    failureRateThreshold = Require.fraction("failureRateThreshold", rate);
    return this;
  }

  /**
   * Takes rates of this many last calls. 20 by default.
   *
   * @throws IllegalArgumentException if it is less than 1 or more than 1,000,000
   */
  public CircuitBreakerConfigBuilder slidingWindow(int calls) {
    slidingWindow = new SlidingWindow.OfCalls(calls);
    return this;
  }

  /**
   * Takes rates of the calls that ended within this time.
   *
   * <p>Good calls that come thick are entered together, at most 128 of all threads at a time, as if
   * they had ended when the window was brought up to date before. Each failure, each slow call and
   * each look at the breaker brings it up to date first. So when traffic drops all at once, up to
   * 128 good calls may leave the window too early, but none counts for too long.
   *
   * @throws IllegalArgumentException if it is shorter than 10 ms
   */
  public CircuitBreakerConfigBuilder slidingWindow(Duration duration) {
    slidingWindow = new SlidingWindow.OfTime(duration);
    return this;
  }

  /**
   * The calls that must be in the window before a rate is taken. 10 by default, or as many as the
   * window holds if that is less.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CircuitBreakerConfigBuilder minimumCalls(int calls) {
    minimumCalls = Require.atLeast(1, "minimumCalls", calls);
    return this;
  }

  /**
   * Opens the breaker when this part of the calls in the window took {@code duration} or longer,
   * whether they failed or not. What is measured is the time to {@link Admission#contentArrived}
   * where the caller reports that, otherwise the whole call. A probe that is slow has failed. Off
   * by default.
   *
   * <p>Pitfall: long answers are not slow ones. For streams and long texts measure the time to the
   * first content.
   *
   * @throws IllegalArgumentException if the rate is not above 0 and at most 1, or the duration is
   *     not positive
   */
  public CircuitBreakerConfigBuilder slowCallRateThreshold(double rate, Duration duration) {
    slowCallRateThreshold = Require.fraction("slowCallRateThreshold", rate);
    slowCallDuration = Require.positive("slowCallDuration", duration);
    return this;
  }

  /**
   * Opens the breaker when this many calls have been under way for {@code duration} or longer
   * without {@link Admission#contentArrived} or an end, so that a model that hangs is found out
   * before the timeouts of its calls. It is looked for when calls begin. Off by default.
   *
   * @throws IllegalArgumentException if {@code calls} is less than 1 or the duration is not
   *     positive
   */
  public CircuitBreakerConfigBuilder hangingCallsThreshold(int calls, Duration duration) {
    hangingCallsThreshold = Require.atLeast(1, "hangingCallsThreshold", calls);
    hangingCallDuration = Require.positive("hangingCallDuration", duration);
    return this;
  }

  /**
   * How long a breaker that opens from CLOSED refuses calls before it lets a probe through. 60
   * seconds by default. A wait that the provider names in the failure which opens the breaker takes
   * its place.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public CircuitBreakerConfigBuilder waitDurationInOpenState(Duration wait) {
    waitDurationInOpenState = Require.positive("waitDurationInOpenState", wait);
    return this;
  }

  /**
   * Multiplies the wait by {@code factor} each time a probe fails, up to {@code longest}. It starts
   * anew when the breaker has been closed. By default it does not grow.
   *
   * @throws IllegalArgumentException if the factor is less than 1 or infinite, or {@code longest}
   *     is not positive
   */
  public CircuitBreakerConfigBuilder waitDurationGrowth(double factor, Duration longest) {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException(
          "waitDurationGrowth must be at least 1 and finite, but was " + factor);
    }
    waitGrowth = factor;
    maxWaitDurationInOpenState = Require.positive("maxWaitDurationInOpenState", longest);
    return this;
  }

  /**
   * Lengthens each wait by up to this part of it, at random, so that many processes do not send
   * their probes in the same moment. Never beyond the longest wait. 0 by default.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public CircuitBreakerConfigBuilder waitDurationJitter(double part) {
    if (!(part >= 0 && part <= 1)) {
      throw new IllegalArgumentException("waitDurationJitter must be in [0, 1], but was " + part);
    }
    waitJitter = part;
    return this;
  }

  /**
   * The probes that may be out at the same time in HALF_OPEN. 1 by default.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CircuitBreakerConfigBuilder permittedCallsInHalfOpenState(int calls) {
    permittedCallsInHalfOpenState = Require.atLeast(1, "permittedCallsInHalfOpenState", calls);
    return this;
  }

  /**
   * The successful probes that close the breaker. 1 by default; one failed probe opens it again.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CircuitBreakerConfigBuilder successThreshold(int successes) {
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
  public CircuitBreakerConfigBuilder probeLease(Duration lease) {
    probeLease = Require.positive("probeLease", lease);
    return this;
  }

  /**
   * How long a suspending caller waits for a place in HALF_OPEN before it is refused. Zero by
   * default: refused at once. Blocking and futures callers never wait.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CircuitBreakerConfigBuilder maxWaitInHalfOpen(Duration wait) {
    maxWaitInHalfOpen = Require.notNegative("maxWaitInHalfOpen", wait);
    return this;
  }

  /**
   * Which exceptions count as failures of the model; the others say nothing about it. By default
   * all but a {@link CallRejectedException}. It is given the bare exception, without the wrappers
   * that futures put around it. In a chain of models it is asked of what the classifier takes for a
   * failure of the model. It is not asked when the caller gave up (an interrupt, a cancelled future
   * or coroutine): that never counts. An exception of the predicate itself is added to the call's
   * as a suppressed one, and the call counts as failed.
   */
  public CircuitBreakerConfigBuilder countsAsFailure(Predicate<? super Throwable> counts) {
    countsAsFailure = Objects.requireNonNull(counts, "countsAsFailure");
    return this;
  }

  /**
   * The settings collected so far.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  public CircuitBreakerConfig build() {
    if (failureThreshold > 0 && failureRateThreshold > 0) {
      throw new IllegalArgumentException(
          "failureThreshold cannot be combined with failureRateThreshold");
    }
    if (!takesRates() && (slidingWindow != null || minimumCalls > 0)) {
      throw new IllegalArgumentException(
          "%s needs failureRateThreshold or slowCallRateThreshold"
              .formatted(slidingWindow != null ? "slidingWindow" : "minimumCalls"));
    }
    if (slidingWindow instanceof SlidingWindow.OfCalls window && minimumCalls > window.calls()) {
      throw new IllegalArgumentException(
          "minimumCalls must be at most the %d of slidingWindow, but was %d"
              .formatted(window.calls(), minimumCalls));
    }
    if (openWait().longest().compareTo(waitDurationInOpenState) < 0) {
      throw new IllegalArgumentException(
          "maxWaitDurationInOpenState must be at least waitDurationInOpenState, %s, but was %s"
              .formatted(waitDurationInOpenState, openWait().longest()));
    }
    return new CircuitBreakerConfig(this);
  }

  CircuitBreakerConfigBuilder copy() {
    var copy = new CircuitBreakerConfigBuilder();
    copy.failureThreshold = failureThreshold;
    copy.failureRateThreshold = failureRateThreshold;
    copy.slidingWindow = slidingWindow;
    copy.minimumCalls = minimumCalls;
    copy.slowCallRateThreshold = slowCallRateThreshold;
    copy.slowCallDuration = slowCallDuration;
    copy.hangingCallsThreshold = hangingCallsThreshold;
    copy.hangingCallDuration = hangingCallDuration;
    copy.waitDurationInOpenState = waitDurationInOpenState;
    copy.waitGrowth = waitGrowth;
    copy.maxWaitDurationInOpenState = maxWaitDurationInOpenState;
    copy.waitJitter = waitJitter;
    copy.permittedCallsInHalfOpenState = permittedCallsInHalfOpenState;
    copy.successThreshold = successThreshold;
    copy.probeLease = probeLease;
    copy.maxWaitInHalfOpen = maxWaitInHalfOpen;
    copy.countsAsFailure = countsAsFailure;
    return copy;
  }

  OpenWait openWait() {
    var longest = maxWaitDurationInOpenState;
    if (longest == null) {
      double nanos = Durations.saturatedNanos(waitDurationInOpenState) * (1 + waitJitter);
      var spread = Duration.ofNanos((long) nanos);
      longest = spread.compareTo(waitDurationInOpenState) > 0 ? spread : waitDurationInOpenState;
    }
    return new OpenWait(waitDurationInOpenState, waitGrowth, longest, waitJitter);
  }

  boolean takesRates() {
    return failureRateThreshold > 0 || slowCallRateThreshold > 0;
  }
}
