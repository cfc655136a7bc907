package dev.holdfast.plan;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.thrown.Suppressed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The failures and rejections of one call, in order. */
final class FailureLog {

  private final List<Failure> failures = new ArrayList<>(4);

  void add(Failure failure) {
    failures.add(failure);
  }

  void add(CallRejectedException rejection) {
    var hint = rejection.retryAfter();
    failures.add(
        new Failure(FailureClass.REJECTED, hint.equals(Duration.ZERO) ? null : hint, rejection));
  }

  List<Failure> all() {
    return failures;
  }

  /** The exception of the last failure; those before it are added to it as suppressed ones. */
  Throwable toThrow() {
    var causes = new ArrayList<Throwable>(failures.size());
    for (var failure : failures) {
      if (failure.cause() != null) {
        causes.add(failure.cause());
      }
    }
    if (causes.isEmpty()) {
      throw new IllegalStateException("a call that failed must have a failure with a cause");
    }
    var last = causes.remove(causes.size() - 1);
    Suppressed.add(last, causes);
    return last;
  }
}
