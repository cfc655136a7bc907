package dev.holdfast.retry;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Full jitter below a bound that doubles. The draw comes after the cap, so it keeps its spread. */
record ExponentialBackoff(Duration initial, Duration max) implements Backoff {

  @Override
  public Duration before(int retry, RandomGenerator random) {
    return Duration.ofNanos(random.nextLong(bound(retry)) + 1);
  }

  private long bound(int retry) {
    long first = Durations.saturatedNanos(initial);
    long last = Durations.saturatedNanos(max);
    int doublings = Math.max(0, retry - 1);
    boolean beyond = doublings >= Long.numberOfLeadingZeros(first) - 1;
    return beyond ? last : Math.min(last, first << doublings);
  }
}
