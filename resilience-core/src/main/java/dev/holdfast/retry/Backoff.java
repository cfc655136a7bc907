package dev.holdfast.retry;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
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
    return fixed(delay, Jitter.none());
  }

  /**
   * The same wait before each retry, give or take the jitter.
   *
   * @throws IllegalArgumentException if {@code delay} is negative
   */
  static Backoff fixed(Duration delay, Jitter jitter) {
    Require.notNegative("delay", delay);
    return new FixedBackoff(delay, Objects.requireNonNull(jitter, "jitter"));
  }

  /**
   * A wait drawn evenly between zero and a bound that starts at {@code initial} and doubles with
   * each retry up to {@code max} ("full jitter"): callers that failed together do not come back
   * together, at the bound as little as below it.
   *
   * @throws IllegalArgumentException if {@code initial} is not positive or {@code max} is shorter
   */
  static Backoff exponential(Duration initial, Duration max) {
    return exponential(initial, max, 2, Jitter.full());
  }

  /**
   * A wait that starts at {@code initial} and grows by the factor {@code multiplier} with each
   * retry. The jitter is drawn inside {@code max}: no wait is longer, and those that have grown to
   * the full are still spread.
   *
   * @throws IllegalArgumentException if {@code initial} is not positive, {@code max} is shorter, or
   *     {@code multiplier} is less than 1
   */
  static Backoff exponential(Duration initial, Duration max, double multiplier, Jitter jitter) {
    requireRange(initial, max);
    if (!(multiplier >= 1)) {
      throw new IllegalArgumentException(
          "multiplier must be at least 1, but was %s".formatted(multiplier));
    }
    return new ExponentialBackoff(
        initial, max, multiplier, Objects.requireNonNull(jitter, "jitter"));
  }

  /**
   * A wait drawn evenly between {@code initial} and three times a wait that was drawn in the same
   * way for the retry before, or {@code max} if that is shorter ("decorrelated jitter"). It grows
   * as fast as an exponential one but is never very short.
   *
   * @throws IllegalArgumentException if {@code initial} is not positive or {@code max} is shorter
   */
  static Backoff decorrelated(Duration initial, Duration max) {
    requireRange(initial, max);
    return new DecorrelatedBackoff(initial, max);
  }

  private static void requireRange(Duration initial, Duration max) {
    Require.positive("initial", initial);
    if (Objects.requireNonNull(max, "max").compareTo(initial) < 0) {
      throw new IllegalArgumentException(
          "max must be at least initial, %s, but was %s".formatted(initial, max));
    }
  }
}
