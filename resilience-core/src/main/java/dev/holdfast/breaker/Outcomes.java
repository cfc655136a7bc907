package dev.holdfast.breaker;

import dev.holdfast.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * The recent outcomes of one breaker in CLOSED. Each report says whether, after it, the breaker has
 * reason to open. The thresholds are handed in with each report, so that they may change while the
 * outcomes stay.
 */
abstract sealed class Outcomes
    permits ConsecutiveOutcomes, CountedOutcomes, TimedOutcomes, CombinedOutcomes {

  /** Empty outcomes, as the settings want them. */
  static Outcomes of(CircuitBreakerConfig config, Time time) {
    return new ConsecutiveOutcomes().adapted(config, time);
  }

  /** These outcomes as far as the settings want them, and empty ones for the rest. */
  final Outcomes adapted(CircuitBreakerConfig config, Time time) {
    var window = config.slidingWindow();
    if (window == null) {
      return inARow();
    }
    var rates = rates();
    var kept = rates != null && rates.fits(config) ? rates : empty(window, time);
    return config.failureThreshold() == 0 ? kept : new CombinedOutcomes(inARow(), kept);
  }

  /** The failures in a row, as far as they are known. */
  ConsecutiveOutcomes inARow() {
    return new ConsecutiveOutcomes();
  }

  /** The window, if there is one. */
  @Nullable Outcomes rates() {
    return this;
  }

  /** A call succeeded in good time. In good times this must write nothing that threads share. */
  abstract boolean success(CircuitBreakerConfig config);

  /** A call failed, was slow, or both. */
  abstract boolean trouble(boolean failed, boolean slow, CircuitBreakerConfig config);

  /** The failures that count now: those in a row, or those in the window. */
  abstract int failures();

  /** As {@link #failures()}, of the same moment as what is known of the window. */
  int failures(Tally known) {
    return (int) known.failures();
  }

  /** What is known of the window; nothing if there is none. */
  abstract Tally tally();

  /** Whether the breaker has reason to be open now. */
  abstract boolean exceeds(CircuitBreakerConfig config);

  /** Whether this is the window of these settings. */
  boolean fits(CircuitBreakerConfig config) {
    return false;
  }

  private static Outcomes empty(SlidingWindow window, Time time) {
    return window instanceof SlidingWindow.OfTime ofTime
        ? new TimedOutcomes(ofTime.duration(), time)
        : new CountedOutcomes(((SlidingWindow.OfCalls) window).calls());
  }

  /** The calls that must fail, or be slow, before the rate of them in {@code calls} is reached. */
  static int needed(double rate, long calls) {
    // Rounding must not make 0.1 of 30 calls the fourth.
    return Math.max(1, (int) Math.ceil(rate * calls - 1e-9));
  }
}
