package dev.holdfast.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wait between two attempts. Wait for {@link #duration}, then ask for the {@link #next}
 * attempt; if the caller gives up instead, say so with {@link #cancelled}.
 */
public final class RetryPause {

  private final RetryAttempt attempt;
  private final Verdict verdict;
  private final @Nullable Throwable thrown;
  private final Duration duration;

  RetryPause(RetryAttempt attempt, Verdict verdict, @Nullable Throwable thrown, Duration duration) {
    this.attempt = attempt;
    this.verdict = verdict;
    this.thrown = thrown;
    this.duration = duration;
  }

  /** How long to wait; negative for a backoff that returned such, which means not at all. */
  public Duration duration() {
    return duration;
  }

  /**
   * The attempt to make now. It is null if the deadline has passed or the circuit breaker refuses
   * it: then what the attempt before came to is the call's outcome.
   */
  public @Nullable RetryAttempt next() {
    return attempt.next(verdict, thrown);
  }

  /** The caller gave up during the wait. */
  public void cancelled() {
    attempt.abandoned();
  }
}
