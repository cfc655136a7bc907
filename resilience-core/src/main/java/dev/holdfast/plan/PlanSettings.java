package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * What a plan decides by.
 *
 * @param chain the models to ask, in order; not empty
 * @param retry how often to ask each, and how long to wait in between
 * @param deadline when the call must have ended
 * @param usualDeadline how long calls may usually take; an attempt that had all of that had its
 *     time
 * @param random the source of jitter
 * @param time the clock
 */
public record PlanSettings(
    List<Target> chain,
    Retry retry,
    Deadline deadline,
    Duration usualDeadline,
    RandomGenerator random,
    Time time) {

  private static final Duration UNBOUNDED = Duration.ofSeconds(Long.MAX_VALUE);

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the chain is empty
   */
  public PlanSettings {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(usualDeadline, "usualDeadline");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(time, "time");
  }

  /** Settings of calls that have no usual deadline. */
  public PlanSettings(
      List<Target> chain, Retry retry, Deadline deadline, RandomGenerator random, Time time) {
    this(chain, retry, deadline, UNBOUNDED, random, time);
  }
}
