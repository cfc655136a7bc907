package dev.holdfast.plan;

import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.thrown.Suppressed;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Asks a classifier, which users write, and which so may throw or answer nothing. */
final class Judge {

  private Judge() {}

  static <T extends @Nullable Object> @Nullable Failure ofResult(
      Classifier<? super T> classifier, T result) {
    try {
      return classifier.ofResult(result);
    } catch (Throwable broken) {
      return Failure.of(FailureClass.UNKNOWN, broken);
    }
  }

  static Failure ofException(Classifier<?> classifier, Throwable thrown) {
    Failure failure;
    try {
      failure = Objects.requireNonNull(classifier.ofException(thrown), "failure");
    } catch (Throwable broken) {
      Suppressed.add(thrown, broken);
      return Failure.of(FailureClass.UNKNOWN, thrown);
    }
    return failure.cause() != null
        ? failure
        : new Failure(failure.failureClass(), failure.retryAfter(), thrown);
  }

  static Failure ofTimeout(Attempt attempt) {
    var late = new AttemptTimeoutException(attempt.target(), attempt.timeout());
    return Failure.of(FailureClass.TIMED_OUT, late);
  }

  /** The failure of the attempt as its caller, who has not cancelled anything, may see it. */
  static Failure asSeen(Failure failure, Attempt attempt) {
    return failure.cause() instanceof CancellationException cancelled
        ? new Failure(
            failure.failureClass(),
            failure.retryAfter(),
            AttemptTimeoutException.ofCancellation(attempt.target(), attempt.timeout(), cancelled))
        : failure;
  }
}
