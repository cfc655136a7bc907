package dev.holdfast.plan;

import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.thrown.Suppressed;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a classifier that users write, and so may throw or answer nothing.
 *
 * @param <T> what the call returns
 */
record Judge<T extends @Nullable Object>(Classifier<? super T> classifier) {

  @Nullable Failure ofResult(T result) {
    try {
      return classifier.ofResult(result);
    } catch (Throwable broken) {
      return Failure.of(FailureClass.UNKNOWN, broken);
    }
  }

  Failure ofException(Throwable thrown) {
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
}
