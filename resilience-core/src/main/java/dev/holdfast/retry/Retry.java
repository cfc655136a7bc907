package dev.holdfast.retry;

import dev.holdfast.require.Require;
import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often one model is asked, and how long to wait in between. Immutable.
 *
 * <p>A provider's wait hint is a floor: the wait is never shorter than the hint, and some jitter is
 * added to it, never taken away, so that all the callers who got the same hint do not come back in
 * the same instant.
 */
public final class Retry {

  private static final Retry DEFAULTS = builder().build();

  /** A tenth of the hint spreads the callers without making them wait much longer. */
  private static final int HINT_JITTER_DIVISOR = 10;

  /** Short hints are spread over this much at least. */
  private static final long LEAST_HINT_JITTER_NANOS = Duration.ofMillis(250).toNanos();

  private final int maxAttempts;
  private final Backoff backoff;
  private final Duration maxWait;

  private Retry(Builder builder) {
    this.maxAttempts = builder.maxAttempts;
    this.backoff = builder.backoff;
    this.maxWait = builder.maxWait;
  }

  /** The defaults of {@link Builder}. */
  public static Retry defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder().maxAttempts(maxAttempts).backoff(backoff).maxWait(maxWait);
  }

  /** The attempts at one model, the first included. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** The wait before a retry when the provider does not say. */
  public Backoff backoff() {
    return backoff;
  }

  /** The longest wait for one model; if it asks for a longer one, the next model is asked. */
  public Duration maxWait() {
    return maxWait;
  }

  /**
   * The wait before the retry of the given number, the first being 1.
   *
   * @param hint how long the provider asks to wait; null if it does not say
   */
  public Duration waitBefore(int retry, @Nullable Duration hint, RandomGenerator random) {
    var delay = backoff.before(retry, random);
    if (hint == null) {
      return delay;
    }
    var floor = afterHint(hint, random);
    return delay.compareTo(floor) > 0 ? delay : floor;
  }

  /** The wait that follows a hint: the hint and a little more, drawn at random. */
  public static Duration afterHint(Duration hint, RandomGenerator random) {
    long floor = Durations.saturatedNanos(hint);
    long spread = Math.max(floor / HINT_JITTER_DIVISOR, LEAST_HINT_JITTER_NANOS);
    long jitter = random.nextLong(spread);
    return Duration.ofNanos(floor > Long.MAX_VALUE - jitter ? Long.MAX_VALUE : floor + jitter);
  }

  /** Collects the settings of a retry. Not safe for use by many threads. */
  public static final class Builder {

    private int maxAttempts = 3;
    private Backoff backoff = Backoff.exponential(Duration.ofMillis(500), Duration.ofSeconds(20));
    private Duration maxWait = Duration.ofSeconds(15);

    private Builder() {}

    /**
     * The attempts at one model, the first included. 3 by default; 1 means no retry.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxAttempts(int attempts) {
      maxAttempts = Require.atLeast(1, "maxAttempts", attempts);
      return this;
    }

    /** The wait before a retry. By default {@code exponential(500 ms, 20 s)}. */
    public Builder backoff(Backoff backoff) {
      this.backoff = Objects.requireNonNull(backoff, "backoff");
      return this;
    }

    /**
     * The longest wait for one model. 15 seconds by default. If the provider asks for a longer one,
     * the next model is asked instead, and this one is left alone for as long as the provider said.
     * The jitter on top of what it asks for does not count.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxWait(Duration wait) {
      maxWait = Require.notNegative("maxWait", wait);
      return this;
    }

    /** The settings collected so far. */
    public Retry build() {
      return new Retry(this);
    }
  }
}
