package dev.holdfast.plan;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The failures and rejections of one call, in order. */
final class FailureLog {

  private static final int MOST_SUPPRESSED = 16;

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
    for (var earlier : causes) {
      suppress(last, earlier);
    }
    return last;
  }

  /** One exception object may be thrown for many calls; it must not gather the failures of all. */
  static void suppress(Throwable thrown, Throwable other) {
    if (other != thrown && thrown.getSuppressed().length < MOST_SUPPRESSED) {
      thrown.addSuppressed(other);
    }
  }
}
