package dev.holdfast.bulkhead;

import dev.holdfast.require.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a bulkhead. Immutable, so one may serve any number of bulkheads.
 *
 * <p>{@link #defaults} lets 25 calls run at the same time and refuses the others at once.
 */
public final class BulkheadConfig {

  private static final BulkheadConfig DEFAULTS = builder().build();

  private final int maxConcurrentCalls;
  private final @Nullable Integer chosenMaxQueue;
  private final Duration maxWait;

  private BulkheadConfig(Builder builder) {
    this.maxConcurrentCalls = builder.maxConcurrentCalls;
    this.chosenMaxQueue = builder.maxQueue;
    this.maxWait = builder.maxWait;
  }

  /** The defaults of {@link Builder}. */
  public static BulkheadConfig defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    var builder = new Builder();
    builder.maxConcurrentCalls = maxConcurrentCalls;
    builder.maxQueue = chosenMaxQueue;
    builder.maxWait = maxWait;
    return builder;
  }

  /** The calls that may be under way at the same time, until {@link Bulkhead#resize}. */
  public int maxConcurrentCalls() {
    return maxConcurrentCalls;
  }

  /** The callers who may wait for a slot at the same time. */
  public int maxQueue() {
    return chosenMaxQueue != null ? chosenMaxQueue : maxConcurrentCalls;
  }

  /** How long a caller waits for a slot before it is refused. */
  public Duration maxWait() {
    return maxWait;
  }

  /** Collects the settings of a bulkhead. Not safe for use by many threads. */
  public static final class Builder {

    private int maxConcurrentCalls = 25;
    private @Nullable Integer maxQueue;
    private Duration maxWait = Duration.ZERO;

    private Builder() {}

    /**
     * The calls that may be under way at the same time. 25 by default.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxConcurrentCalls(int calls) {
      maxConcurrentCalls = Require.atLeast(1, "maxConcurrentCalls", calls);
      return this;
    }

    /**
     * The callers who may wait for a slot at the same time; further ones are refused at once. By
     * default {@link #maxConcurrentCalls}: then the last in the line waits for about as long as one
     * call takes, and a longer line would mostly hold callers who give up before their turn. Nobody
     * waits while {@link #maxWait} is zero.
     *
     * @throws IllegalArgumentException if it is less than 0
     */
    public Builder maxQueue(int callers) {
      maxQueue = Require.atLeast(0, "maxQueue", callers);
      return this;
    }

    /**
     * How long a caller waits for a slot before it is refused. Zero by default: refused at once.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxWait(Duration wait) {
      maxWait = Require.notNegative("maxWait", wait);
      return this;
    }

    /** The settings collected so far. */
    public BulkheadConfig build() {
      return new BulkheadConfig(this);
    }
  }
}
