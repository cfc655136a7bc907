package dev.holdfast.retry;

import dev.holdfast.log.Log;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.outcome.RetryAdvice;
import dev.holdfast.thrown.Suppressed;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is retried. The classifier knows what an attempt came to; the predicates, where there are
 * any, have the last word on whether it is retried.
 */
record RetryRules(
    Classifier<@Nullable Object> classifier,
    @Nullable Predicate<? super Throwable> retryIf,
    @Nullable Predicate<@Nullable Object> retryIfResult) {

  static final RetryRules STANDARD = new RetryRules(Classifier.standard(), null, null);

  private static final Log LOG = Log.of("dev.holdfast.retry");

  RetryRules with(Classifier<@Nullable Object> classifier) {
    return new RetryRules(classifier, retryIf, retryIfResult);
  }

  RetryRules withRetryIf(Predicate<? super Throwable> retryIf) {
    return new RetryRules(classifier, retryIf, retryIfResult);
  }

  RetryRules withRetryIfResult(Predicate<@Nullable Object> retryIfResult) {
    return new RetryRules(classifier, retryIf, retryIfResult);
  }

  /** The verdict on what an attempt threw. What the rules themselves throw is added to that. */
  Verdict ofException(Throwable thrown) {
    Failure failure;
    try {
      failure = classifier.ofException(thrown);
    } catch (Throwable broken) {
      tell(broken, thrown);
      failure = Failure.of(FailureClass.UNKNOWN, thrown);
    }
    var kind = failure.failureClass();
    // Of what nobody knows, the breaker's own settings say whether it counts.
    boolean speaksOfModel = kind.health().countsForBreaker() || kind == FailureClass.UNKNOWN;
    return new Verdict(advice(thrown, kind), failure.retryAfter(), speaksOfModel);
  }

  /** Whether a result may be anything but a success. */
  boolean judgesResults() {
    return retryIfResult != null || classifier != Classifier.standard();
  }

  /** The verdict on what an attempt returned, or null if it is a success. */
  @Nullable Verdict ofResult(@Nullable Object result) {
    try {
      var failure = classifier.ofResult(result);
      if (retryIfResult == null) {
        return failure == null ? null : verdict(failure, failure.failureClass().retry());
      }
      boolean again = retryIfResult.test(result);
      if (failure == null) {
        return again ? new Verdict(RetryAdvice.YES, null, true) : null;
      }
      return verdict(failure, again ? RetryAdvice.YES : RetryAdvice.NEVER);
    } catch (Throwable broken) {
      tell(broken, null);
      return new Verdict(RetryAdvice.NEVER, null, false);
    }
  }

  /** The wait before a retry; null, and so no retry, if the backoff throws. */
  static @Nullable Duration waitBefore(
      Retry retry, int number, @Nullable Duration hint, @Nullable Throwable thrown) {
    try {
      return retry.waitBefore(number, hint, retry.random);
    } catch (Throwable broken) {
      tell(broken, thrown);
      return null;
    }
  }

  private RetryAdvice advice(Throwable thrown, FailureClass kind) {
    boolean rejected = kind == FailureClass.REJECTED || thrown instanceof CallRejectedException;
    if (retryIf == null || rejected) {
      return kind.retry();
    }
    try {
      return retryIf.test(thrown) ? RetryAdvice.YES : RetryAdvice.NEVER;
    } catch (Throwable broken) {
      tell(broken, thrown);
      return RetryAdvice.NEVER;
    }
  }

  private static Verdict verdict(Failure failure, RetryAdvice advice) {
    boolean speaksOfModel = failure.failureClass().health().countsForBreaker();
    return new Verdict(advice, failure.retryAfter(), speaksOfModel);
  }

  /** What the caller's own rules threw goes with what the attempt threw, or else to the log. */
  private static void tell(Throwable broken, @Nullable Throwable thrown) {
    if (thrown != null) {
      Suppressed.add(thrown, broken);
    } else {
      // Its message may quote a prompt, so only its type is told.
      LOG.write(
          Level.WARNING,
          "What decides on a retry threw {0}; the result is returned as it is",
          broken.getClass().getName());
    }
  }
}
