package dev.holdfast.breaker;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;

/** The recent calls that a rate is taken of. */
public sealed interface SlidingWindow {

  /**
   * The last calls, however long ago they were.
   *
   * @param calls their number
   */
  record OfCalls(int calls) implements SlidingWindow {

    /** Each breaker remembers every one of them. */
    private static final int MOST = 1_000_000;

    /**
     * Checks the component.
     *
     * @throws IllegalArgumentException if it is less than 1 or more than 1,000,000
     */
    public OfCalls {
      Require.atLeast(1, "slidingWindow", calls);
      if (calls > MOST) {
        throw new IllegalArgumentException(
            "slidingWindow must be at most %d, but was %d".formatted(MOST, calls));
      }
    }
  }

  /**
   * The calls that ended within the last while, however many there were. It moves in steps of a
   * tenth.
   *
   * @param duration its length
   */
  record OfTime(Duration duration) implements SlidingWindow {

    private static final Duration SHORTEST = Duration.ofMillis(10);

    /**
     * Checks the component.
     *
     * @throws IllegalArgumentException if it is shorter than 10 ms
     */
    public OfTime {
      if (Objects.requireNonNull(duration, "slidingWindow").compareTo(SHORTEST) < 0) {
        throw new IllegalArgumentException(
            "slidingWindow must be at least %s, but was %s".formatted(SHORTEST, duration));
      }
    }
  }
}
