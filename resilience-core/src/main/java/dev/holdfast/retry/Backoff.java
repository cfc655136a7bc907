package dev.holdfast.retry;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before a retry, when the provider does not say. */
@FunctionalInterface
public interface Backoff {

  /**
   * The wait before the retry of the given number, the first being 1.
   *
   * @param random the source of jitter
   */
  Duration before(int retry, RandomGenerator random);

  /** The same wait before each retry, without jitter. */
  static Backoff fixed(Duration delay) {
    Require.notNegative("delay", delay);
    return (retry, random) -> delay;
  }

  /**
   * A wait drawn evenly between zero and a bound that starts at {@code initial} and doubles with
   * each retry up to {@code max} ("full jitter"): callers that failed together do not come back
   * together, at the bound as little as below it.
   *
   * @throws IllegalArgumentException if {@code initial} is not positive or {@code max} is shorter
   */
  static Backoff exponential(Duration initial, Duration max) {
    Require.positive("initial", initial);
    if (max.compareTo(initial) < 0) {
      throw new IllegalArgumentException(
          "max must be at least initial, %s, but was %s".formatted(initial, max));
    }
    return new ExponentialBackoff(initial, max);
  }
}
