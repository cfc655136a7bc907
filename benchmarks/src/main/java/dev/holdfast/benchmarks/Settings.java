package dev.holdfast.benchmarks;

import java.time.Duration;

/** What every contender is configured with. */
final class Settings {

  /** The failures in a row that open a breaker with the consecutive rule. */
  static final int FAILURES = 5;

  /** The calls in a count window, and the least number of calls in any window. */
  static final int CALLS = 100;

  /** The length of a time window. */
  static final Duration WINDOW = Duration.ofSeconds(10);

  /** The failure rate that opens a breaker with a window. */
  static final int PERCENT = 50;

  /** Longer than any measurement, so that a breaker that is open stays open. */
  static final Duration WAIT = Duration.ofHours(1);

  /** The attempts of a retry, the first included. */
  static final int ATTEMPTS = 3;

  /** How long an attempt may take, where it is timed; as Holdfast's by default. */
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The places in a bulkhead: more than there are callers. */
  static final int PLACES = 16;

  private Settings() {}
}
