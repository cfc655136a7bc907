package dev.holdfast.plan;

import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the plans of all calls of one kind decide by. Immutable. */
public final class PlanSettings {

  private final @Nullable String feature;
  private final List<Target> chain;
  private final @Nullable Bulkhead bulkhead;
  private final Retry retry;
  private final Duration usualDeadline;
  private final double reservedForLast;
  private final Set<FailureClass> fallBackOn;
  private final RandomGenerator random;
  private final Time time;
  private final CallObserver observer;

  /** What nearly every call begins with, kept from the call before; null before the first. */
  private volatile @Nullable Opening opening;

  /** The name of the first model, which targets that are replaced keep; null until asked for. */
  private @Nullable String requested;

  /** The timeout of the last model in nanoseconds; zero until somebody has asked. */
  private volatile long lastTimeout;

  /**
   * Creates settings.
   *
   * @param feature the feature that the calls belong to; null if they belong to none
   * @param chain the models to ask, in order; not empty. It is not copied, because a target may be
   *     replaced in the meantime, but its length and its models must not change
   * @param bulkhead where each attempt takes a slot; null if nothing limits them
   * @param retry how often to ask each model, and how long to wait in between
   * @param usualDeadline how long calls may usually take; an attempt that had all of that had its
   *     time
   * @param reservedForLast the share of a call's time that is kept for the last model of a chain,
   *     from 0 to 1; never more than its attempt may take
   * @param fallBackOn the failures that lead to the next model although they {@linkplain
   *     FailureClass#surfaces surface} otherwise; copied
   * @param random the source of jitter
   * @param time the clock
   * @param observer hears of each call when it ends
   * @throws IllegalArgumentException if the chain is empty
   */
  public PlanSettings(
      @Nullable String feature,
      List<Target> chain,
      @Nullable Bulkhead bulkhead,
      Retry retry,
      Duration usualDeadline,
      double reservedForLast,
      Set<FailureClass> fallBackOn,
      RandomGenerator random,
      Time time,
      CallObserver observer) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    this.feature = feature;
    this.chain = chain;
    this.bulkhead = bulkhead;
    this.retry = Objects.requireNonNull(retry, "retry");
    this.usualDeadline = Objects.requireNonNull(usualDeadline, "usualDeadline");
    this.reservedForLast = reservedForLast;
    this.fallBackOn = Set.copyOf(fallBackOn);
    this.random = Objects.requireNonNull(random, "random");
    this.time = Objects.requireNonNull(time, "time");
    this.observer = Objects.requireNonNull(observer, "observer");
  }

  /** The feature that the calls belong to; null if they belong to none. */
  public @Nullable String feature() {
    return feature;
  }

  /** Where each attempt takes a slot; null if nothing limits them. */
  public @Nullable Bulkhead bulkhead() {
    return bulkhead;
  }

  /** How often to ask each model, and how long to wait in between. */
  public Retry retry() {
    return retry;
  }

  /** The clock. */
  public Time time() {
    return time;
  }

  /** These settings with another retry. */
  public PlanSettings with(Retry other) {
    return of(chain, other, observer);
  }

  /** These settings with another chain, whose calls another observer hears of. */
  public PlanSettings with(List<Target> otherChain, CallObserver other) {
    return of(otherChain, retry, other);
  }

  private PlanSettings of(List<Target> itsChain, Retry itsRetry, CallObserver itsObserver) {
    return new PlanSettings(
        feature,
        itsChain,
        bulkhead,
        itsRetry,
        usualDeadline,
        reservedForLast,
        fallBackOn,
        random,
        time,
        itsObserver);
  }

  List<Target> chain() {
    return chain;
  }

  Duration usualDeadline() {
    return usualDeadline;
  }

  Set<FailureClass> fallBackOn() {
    return fallBackOn;
  }

  RandomGenerator random() {
    return random;
  }

  CallObserver observer() {
    return observer;
  }

  /** The name of the first model. */
  String requested() {
    var known = requested;
    if (known == null) {
      known = chain.get(0).name();
      requested = known;
    }
    return known;
  }

  /**
   * What a call begins with at the given target. A chain hands out the same one as a rule, so that
   * its parts, which are many, need not be compared for each call.
   */
  @SuppressWarnings("ReferenceEquality")
  Opening opening(Target target) {
    var known = opening;
    if (known != null && known.target() == target) {
      return known;
    }
    var made = Opening.at(target);
    opening = made;
    return made;
  }

  /** The nanoseconds of {@code total} that are kept for the last model; none if it is the only. */
  long reservedOf(long total) {
    if (chain.size() == 1) {
      return 0;
    }
    if (lastTimeout == 0) {
      lastTimeout = Durations.saturatedNanos(chain.get(chain.size() - 1).attemptTimeout());
    }
    return Math.min((long) (total * reservedForLast), lastTimeout);
  }
}
