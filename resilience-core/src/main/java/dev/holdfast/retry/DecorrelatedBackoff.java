package dev.holdfast.retry;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decorrelated jitter without a memory: the waits before are drawn again. They come from the same
 * distribution as those that were waited, so the next one does too, and one instance serves any
 * number of calls.
 */
record DecorrelatedBackoff(Duration initial, Duration max) implements Backoff {

  private static final long GROWTH = 3;

  /** After so many draws the number of the retry does not matter any more. */
  private static final int MOST_DRAWS = 64;

  @Override
  public Duration before(int retry, RandomGenerator random) {
    long least = Durations.saturatedNanos(initial);
    long cap = Durations.saturatedNanos(max);
    long wait = least;
    int draws = Math.min(Math.max(1, retry), MOST_DRAWS);
    for (int i = 0; i < draws; i++) {
      long bound = wait > cap / GROWTH ? cap : wait * GROWTH;
      wait = least + random.nextLong(bound - least + 1);
    }
    return Duration.ofNanos(wait);
  }
}
