package dev.holdfast.retry;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** The spread of callers who were all told to wait for the same time. It is only ever added. */
final class HintJitter {

  /** A tenth of the hint spreads the callers without making them wait much longer. */
  private static final int DIVISOR = 10;

  /** Short hints are spread over this much at least. */
  private static final long LEAST_NANOS = Duration.ofMillis(250).toNanos();

  private HintJitter() {}

  static Duration after(Duration hint, RandomGenerator random) {
    long floor = Durations.saturatedNanos(hint);
    long jitter = random.nextLong(Math.max(floor / DIVISOR, LEAST_NANOS));
    return Duration.ofNanos(floor > Long.MAX_VALUE - jitter ? Long.MAX_VALUE : floor + jitter);
  }
}
