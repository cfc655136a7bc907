package dev.holdfast.retry;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** One wait for all retries. It has no bound, so the jitter may go to both sides of it. */
record FixedBackoff(Duration delay, Jitter jitter) implements Backoff {

  @Override
  public Duration before(int retry, RandomGenerator random) {
    return Duration.ofNanos(jitter.draw(Durations.saturatedNanos(delay), Long.MAX_VALUE, random));
  }
}
