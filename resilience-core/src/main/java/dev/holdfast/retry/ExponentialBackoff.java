package dev.holdfast.retry;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** A wait that grows by a factor. The draw comes after the cap, so it keeps its spread. */
record ExponentialBackoff(Duration initial, Duration max, double multiplier, Jitter jitter)
    implements Backoff {

  /** What has grown beyond the range of {@code long} is cut by the cast, and then by the cap. */
  @Override
  public Duration before(int retry, RandomGenerator random) {
    double growth = Math.pow(multiplier, Math.max(0, retry - 1));
    long grown = (long) (Durations.saturatedNanos(initial) * growth);
    return Duration.ofNanos(jitter.draw(grown, Durations.saturatedNanos(max), random));
  }
}
