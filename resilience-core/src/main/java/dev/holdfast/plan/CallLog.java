package dev.holdfast.plan;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.thrown.Suppressed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has gone wrong in one call so far, and how long the call has waited. */
final class CallLog {

  /** Most calls in which anything goes wrong have this much of it; a call that waits is small. */
  private static final int FEW = 2;

  /** Nobody reads more earlier failures than so many. */
  private static final int MOST_EARLIER = 12;

  private List<Failure> failures = List.of();
  private List<AttemptRecord> attempts = List.of();
  private Duration wait = Duration.ZERO;
  private WaitSource waitSource = WaitSource.NONE;
  private long waitsSince;
  private int number;

  /** The call waits for what comes next, from now on. */
  void waits(Duration duration, WaitSource source, long now) {
    wait = duration;
    waitSource = source;
    waitsSince = now;
  }

  /** The attempt of the route has failed. */
  void fails(Failure failure, Route route, @Nullable StreamReports<?> stream, long now) {
    adds(failure, attempt(failure, route, stream, now));
    number++;
  }

  /** Holdfast itself refused to ask this model. */
  void rejects(String model, CallRejectedException rejection) {
    var asked = rejection.retryAfter();
    var hint = asked.equals(Duration.ZERO) ? null : asked;
    adds(
        new Failure(FailureClass.REJECTED, hint, rejection),
        new AttemptRecord(
            model, 0, FailureClass.REJECTED, false, wait, waitSource, hint, Duration.ZERO, null));
  }

  /** The attempt of the route as it is now. */
  private AttemptRecord attempt(
      @Nullable Failure failure, Route route, @Nullable StreamReports<?> stream, long now) {
    return new AttemptRecord(
        route.target().name(),
        number + 1,
        failure == null ? null : failure.failureClass(),
        route.isProbe,
        wait,
        waitSource,
        failure == null ? null : failure.retryAfter(),
        Duration.ofNanos(now - route.since),
        stream == null ? null : stream.firstContent());
  }

  /** The number of attempts that have failed. */
  int attempts() {
    return number;
  }

  List<Failure> failures() {
    return failures;
  }

  /** The records of what has gone wrong, and that of a wait after which nothing has begun yet. */
  List<AttemptRecord> failedAndWait(Route route, long now) {
    if (waitSource == WaitSource.NONE || route.isAtEnd()) {
      return attempts;
    }
    var waited = Duration.ofNanos(now - waitsSince);
    var all = new ArrayList<>(attempts);
    all.add(
        new AttemptRecord(
            route.target().name(),
            0,
            null,
            false,
            waited.compareTo(wait) < 0 ? waited : wait,
            waitSource,
            null,
            Duration.ZERO,
            null));
    return all;
  }

  /** These records, and that of the attempt of the route as it is now. */
  List<AttemptRecord> failedAnd(Route route, @Nullable StreamReports<?> stream, long now) {
    var last = attempt(null, route, stream, now);
    if (attempts.isEmpty()) {
      return List.of(last);
    }
    var all = new ArrayList<>(attempts);
    all.add(last);
    return all;
  }

  /** The exception of the last failure, with those before it and the record as suppressed ones. */
  Throwable toThrow(CallRecord record) {
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
    Suppressed.add(last, causes.subList(0, Math.min(MOST_EARLIER, causes.size())));
    CallTrace.travelsWith(last, record);
    return last;
  }

  private void adds(Failure failure, AttemptRecord attempt) {
    if (failures.isEmpty()) {
      failures = new ArrayList<>(FEW);
      attempts = new ArrayList<>(FEW);
    }
    failures.add(failure);
    attempts.add(attempt);
    waits(Duration.ZERO, WaitSource.NONE, 0);
  }
}
