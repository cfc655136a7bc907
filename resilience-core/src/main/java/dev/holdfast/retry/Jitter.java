package dev.holdfast.retry;

import java.util.random.RandomGenerator;

/**
 * How a wait is spread, so that callers who failed together do not come back together. It is drawn
 * inside the bound of the wait: a wait at its longest is spread as every other one is. Immutable.
 */
public final class Jitter {

  private static final Jitter NONE = new Jitter(1, 1);
  private static final Jitter FULL = new Jitter(0, 1);
  private static final Jitter EQUAL = new Jitter(0.5, 1);

  private final double least;
  private final double most;

  private Jitter(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** No jitter: the wait as it is. */
  public static Jitter none() {
    return NONE;
  }

  /** Anything from zero to the wait. It spreads best, and is the default. */
  public static Jitter full() {
    return FULL;
  }

  /** Anything from half the wait to the whole. */
  public static Jitter equal() {
    return EQUAL;
  }

  /**
   * The wait, more or less: {@code plusMinus(0.25)} draws from 75 % to 125 % of it. A wait that has
   * grown to its bound is moved down until its longest draw is the bound.
   *
   * @throws IllegalArgumentException if {@code factor} is not in (0, 1]
   */
  public static Jitter plusMinus(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("factor must be in (0, 1], but was %s".formatted(factor));
    }
    return new Jitter(1 - factor, 1 + factor);
  }

  /** Draws a wait of {@code nanos}, and never more than {@code cap}. */
  long draw(long nanos, long cap, RandomGenerator random) {
    long centre = Math.min(nanos, most > 1 ? (long) (cap / most) : cap);
    long high = Math.min(cap, share(centre, most));
    long low = Math.min(high, share(centre, least));
    return high == low ? high : low + 1 + random.nextLong(high - low);
  }

  @Override
  public String toString() {
    return "Jitter[%s to %s of the wait]".formatted(least, most);
  }

  /** A {@code double} cannot hold every {@code long}, so the whole is not computed. */
  private static long share(long nanos, double part) {
    return part == 1 ? nanos : (long) (nanos * part);
  }
}
