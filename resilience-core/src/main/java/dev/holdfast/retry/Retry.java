package dev.holdfast.retry;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.require.Require;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often one model is asked, and how long to wait in between. Immutable.
 *
 * <p>A provider's wait hint is a floor: the wait is never shorter than the hint, and some jitter is
 * added to it, never taken away, so that all the callers who got the same hint do not come back in
 * the same instant.
 *
 * <pre>{@code
 * var retry = Retry.builder()
 *     .retryIf(thrown -> thrown instanceof OverloadedException)
 *     .circuitBreaker(breaker, BreakerCounts.ATTEMPTS)
 *     .build();
 *
 * Answer answer = retry.call(() -> client.chat(prompt), deadline);
 * CompletableFuture<Answer> later = retry.callAsync(() -> client.chatAsync(prompt));
 * }</pre>
 *
 * <p><b>What is retried:</b> what the {@link Builder#classifier} says may be, in a result as in an
 * exception; {@link Builder#retryIf} and {@link Builder#retryIfResult} overrule it. <b>Never:</b> a
 * call whose caller gave up (the thread was interrupted, the future or the coroutine cancelled),
 * and a rejection by Holdfast itself, unless the classifier takes it for something else.
 *
 * <p><b>When it ends:</b> after {@link #maxAttempts}, at a hint beyond {@link #maxWait}, a wait
 * that would pass the deadline, an empty budget or an open breaker. Then the last exception is
 * thrown, with the earlier ones as suppressed ones, or the last result is returned.
 *
 * <p><b>Pitfalls:</b> the call must be repeatable. A deadline bounds the waits and the start of
 * attempts, but ends none that is under way: the call needs a timeout of its own. A {@link
 * dev.holdfast.Resilience} takes only the attempts and the waits from here.
 */
public final class Retry {

  private static final Retry DEFAULTS = builder().build();

  final RetryRules rules;
  final @Nullable RetryBudget budget;
  final @Nullable CircuitBreaker breaker;
  final BreakerCounts breakerCounts;
  final RandomGenerator random;
  final Time time;

  private final int maxAttempts;
  private final Backoff backoff;
  private final Duration maxWait;

  /** The first attempt of every call that has neither a breaker nor a deadline. */
  private final RetryAttempt first;

  private Retry(Builder builder) {
    this.rules = builder.rules;
    this.budget = builder.budget;
    this.breaker = builder.breaker;
    this.breakerCounts = builder.breakerCounts;
    this.random = builder.random;
    this.time = builder.time;
    this.maxAttempts = builder.maxAttempts;
    this.backoff = builder.backoff;
    this.maxWait = builder.maxWait;
    this.first = new RetryAttempt(this, Deadline.none(), 1, null, List.of());
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
    var builder = new Builder().maxAttempts(maxAttempts).backoff(backoff).maxWait(maxWait);
    builder.rules = rules;
    builder.budget = budget;
    builder.breaker = breaker;
    builder.breakerCounts = breakerCounts;
    return builder.random(random).time(time);
  }

  /** As with a deadline, but without one. */
  public <T extends @Nullable Object, E extends Exception> T call(ThrowingSupplier<T, E> call)
      throws E {
    return BlockingRetry.call(this, call, Deadline.none());
  }

  /**
   * Makes a call on the calling thread, which also waits. If the thread is interrupted the call
   * ends, and leaves it interrupted.
   *
   * @throws E what the last attempt threw
   * @throws DeadlineExceededException if the deadline had passed before the first attempt
   * @throws dev.holdfast.breaker.CircuitOpenException if the breaker refuses the first attempt
   * @throws java.util.concurrent.CancellationException if the thread was interrupted in a wait; the
   *     last failure is a suppressed exception of it
   */
  public <T extends @Nullable Object, E extends Exception> T call(
      ThrowingSupplier<T, E> call, Deadline deadline) throws E {
    return BlockingRetry.call(this, call, deadline);
  }

  /** As with a deadline, but without one. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call) {
    return AsyncRetry.make(this, call, Deadline.none());
  }

  /**
   * Makes a call that answers later, and holds no thread while it waits. Never throws: the returned
   * future completes with the value or the bare failure, as {@link #call(ThrowingSupplier,
   * Deadline)} would throw it. A supplier that throws has made a failed attempt.
   *
   * <p>Cancelling the returned future, or completing it in another way, cancels the stage of the
   * attempt under way or ends the wait. For the breaker it is no opinion, or a failure if the
   * future was completed exceptionally, as {@link CompletableFuture#orTimeout} does.
   *
   * <p>The first attempt is made on the calling thread, a later one on the JDK's common pool.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call, Deadline deadline) {
    return AsyncRetry.make(this, call, deadline);
  }

  /**
   * The first attempt of a call, for code that makes the attempts and the waits itself.
   *
   * @throws DeadlineExceededException if the deadline has passed
   * @throws dev.holdfast.breaker.CircuitOpenException if the breaker refuses it
   */
  public RetryAttempt begin(Deadline deadline) {
    return breaker == null && deadline.isNone() ? first : RetryAttempt.first(this, deadline);
  }

  /** The attempts at one model, the first included. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** The wait before a retry when the provider does not say. */
  public Backoff backoff() {
    return backoff;
  }

  /** The longest wait that a provider may ask for. */
  public Duration maxWait() {
    return maxWait;
  }

  /** What limits the retries of all who share it; null if nothing does. */
  public @Nullable RetryBudget budget() {
    return budget;
  }

  /** The clock by which deadlines are read. */
  public Time time() {
    return time;
  }

  /** The wait before the given retry, the first being 1, if the provider gave this hint or none. */
  public Duration waitBefore(int retry, @Nullable Duration hint, RandomGenerator random) {
    var delay = backoff.before(retry, random);
    var floor = hint == null ? Duration.ZERO : afterHint(hint, random);
    return delay.compareTo(floor) > 0 ? delay : floor;
  }

  /** The wait that follows a hint: the hint and a little more, drawn at random. */
  public static Duration afterHint(Duration hint, RandomGenerator random) {
    return HintJitter.after(hint, random);
  }

  /** Collects the settings of a retry. Not safe for use by many threads. */
  public static final class Builder {

    private int maxAttempts = 3;
    private Backoff backoff = Backoff.exponential(Duration.ofMillis(500), Duration.ofSeconds(20));
    private Duration maxWait = Duration.ofSeconds(15);
    private RetryRules rules = RetryRules.STANDARD;
    private @Nullable RetryBudget budget;
    private @Nullable CircuitBreaker breaker;
    private BreakerCounts breakerCounts = BreakerCounts.ATTEMPTS;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private Time time = Time.system();

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
     * The longest wait that a provider may ask for. 15 seconds by default. If it asks for a longer
     * one there is no retry: a {@code Resilience} asks the next model, and leaves this one alone
     * for as long as the provider said. A {@code Resilience} holds its backoff to it as well.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxWait(Duration wait) {
      maxWait = Require.notNegative("maxWait", wait);
      return this;
    }

    /**
     * Says what an attempt came to: whether it may be retried, how long the provider asks to wait,
     * and whether it speaks of the model and so is told to the breaker. By default {@link
     * Classifier#standard}, which takes exceptions that it does not know for final.
     */
    public Builder classifier(Classifier<@Nullable Object> classifier) {
      rules = rules.with(Objects.requireNonNull(classifier, "classifier"));
      return this;
    }

    /**
     * Which exceptions are retried, and no others, whatever the classifier thinks; it still knows
     * the provider's wait. Not asked about a rejection by Holdfast. What it throws is added to the
     * exception as a suppressed one, and ends the call.
     */
    public Builder retryIf(Predicate<? super Throwable> retry) {
      rules = rules.withRetryIf(Objects.requireNonNull(retry, "retryIf"));
      return this;
    }

    /**
     * Which results are retried, and no others; the breaker takes them for failures. What it throws
     * is logged by its type, and the result is returned.
     */
    public Builder retryIfResult(Predicate<@Nullable Object> retry) {
      rules = rules.withRetryIfResult(Objects.requireNonNull(retry, "retryIfResult"));
      return this;
    }

    /** What the retries are taken from, shared by all who call the same target. None by default. */
    public Builder budget(RetryBudget budget) {
      this.budget = Objects.requireNonNull(budget, "budget");
      return this;
    }

    /**
     * The breaker that the calls go through; there is no retry while it is open. None by default.
     * An exception that nobody knows counts if the breaker's own settings say so. Pitfall: a call
     * that goes through the same breaker inside counts twice, and in HALF_OPEN shuts itself out.
     */
    public Builder circuitBreaker(CircuitBreaker breaker, BreakerCounts counts) {
      this.breaker = Objects.requireNonNull(breaker, "breaker");
      this.breakerCounts = Objects.requireNonNull(counts, "counts");
      return this;
    }

    /** The source of jitter. The current thread's own by default; one given here is shared. */
    public Builder random(RandomGenerator random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /** The clock, and what waits on it. The system's by default. */
    public Builder time(Time time) {
      this.time = Objects.requireNonNull(time, "time");
      return this;
    }

    /** The settings collected so far. Refuses a backoff that surely never fits {@code maxWait}. */
    public Retry build() {
      BackoffCheck.requireFits(backoff, maxWait, maxAttempts);
      return new Retry(this);
    }
  }
}
