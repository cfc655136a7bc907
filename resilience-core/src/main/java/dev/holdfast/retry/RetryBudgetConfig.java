package dev.holdfast.retry;

import dev.holdfast.require.Require;

/** The settings of a {@link RetryBudget}. Immutable, so one may serve any number of budgets. */
public final class RetryBudgetConfig {

  private static final RetryBudgetConfig DEFAULTS = builder().build();

  private final double fraction;
  private final int recentCalls;
  private final int minPerSecond;

  private RetryBudgetConfig(Builder builder) {
    this.fraction = builder.fraction;
    this.recentCalls = builder.recentCalls;
    this.minPerSecond = builder.minPerSecond;
  }

  /** The defaults of {@link Builder}. */
  public static RetryBudgetConfig defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder().fraction(fraction).recentCalls(recentCalls).minPerSecond(minPerSecond);
  }

  /** The retries that each call earns. */
  public double fraction() {
    return fraction;
  }

  /** How many calls' earnings are kept. */
  public int recentCalls() {
    return recentCalls;
  }

  /** The retries of each second that need not be earned. */
  public int minPerSecond() {
    return minPerSecond;
  }

  /** Collects the settings of a retry budget. Not safe for use by many threads. */
  public static final class Builder {

    private double fraction = 0.2;
    private int recentCalls = 100;
    private int minPerSecond = 3;

    private Builder() {}

    /**
     * The retries that each call earns: 0.2, the default, allows one retry for five calls.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public Builder fraction(double fraction) {
      if (!(fraction >= 0 && fraction <= 1)) {
        throw new IllegalArgumentException(
            "fraction must be in [0, 1], but was %s".formatted(fraction));
      }
      this.fraction = fraction;
      return this;
    }

    /**
     * How many calls' earnings are kept for bad times. 100 by default. A long healthy time saves no
     * more than that, but one retry at least, if calls earn any.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder recentCalls(int calls) {
      recentCalls = Require.atLeast(1, "recentCalls", calls);
      return this;
    }

    /**
     * The retries of each second that need not be earned, so that a target with few calls is
     * retried too. 3 by default; those of a second ago are not kept.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder minPerSecond(int retries) {
      minPerSecond = Require.atLeast(0, "minPerSecond", retries);
      return this;
    }

    /** The settings collected so far. */
    public RetryBudgetConfig build() {
      return new RetryBudgetConfig(this);
    }
  }
}
