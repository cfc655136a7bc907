package dev.holdfast.plan;

import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.model.Target;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the plans of all calls of one kind decide by.
 *
 * @param feature the feature that the calls belong to; null if they belong to none
 * @param chain the models to ask, in order; not empty. It is not copied, because a target may be
 *     replaced in the meantime, but its length must not change
 * @param bulkhead where each attempt takes a slot; null if nothing limits them
 * @param retry how often to ask each model, and how long to wait in between
 * @param usualDeadline how long calls may usually take; an attempt that had all of that had its
 *     time
 * @param reservedForLast the share of a call's time that is kept for the last model of a chain,
 *     from 0 to 1; never more than its attempt may take
 * @param random the source of jitter
 * @param time the clock
 * @param observer hears of each call when it ends
 */
public record PlanSettings(
    @Nullable String feature,
    List<Target> chain,
    @Nullable Bulkhead bulkhead,
    Retry retry,
    Duration usualDeadline,
    double reservedForLast,
    RandomGenerator random,
    Time time,
    CallObserver observer) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the chain is empty
   */
  public PlanSettings {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(usualDeadline, "usualDeadline");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(observer, "observer");
  }

  /** These settings with another retry. */
  public PlanSettings with(Retry other) {
    return new PlanSettings(
        feature, chain, bulkhead, other, usualDeadline, reservedForLast, random, time, observer);
  }

  /** These settings with another chain, whose calls another observer hears of. */
  public PlanSettings with(List<Target> otherChain, CallObserver other) {
    return new PlanSettings(
        feature, otherChain, bulkhead, retry, usualDeadline, reservedForLast, random, time, other);
  }

  /** The nanoseconds of {@code total} that are kept for the last model; none if it is the only. */
  long reservedOf(long total) {
    if (chain.size() == 1) {
      return 0;
    }
    var last = chain.get(chain.size() - 1);
    return Math.min(
        (long) (total * reservedForLast), Durations.saturatedNanos(last.attemptTimeout()));
  }
}
