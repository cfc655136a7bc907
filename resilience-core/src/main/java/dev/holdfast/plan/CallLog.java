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
  private int number;

  /** The waits before what comes next that are over. */
  private List<CallWait> waits = List.of();

  /** Why the call waits now; null if it does not. */
  private @Nullable WaitSource waitsFor;

  private Duration longest = Duration.ZERO;
  private long waitsSince;

  /** The call waits for what comes next, from now on. */
  void waits(Duration duration, WaitSource source, long now) {
    longest = duration;
    waitsFor = source;
    waitsSince = now;
  }

  boolean isWaiting() {
    return waitsFor != null;
  }

  /** The wait is over: a pause has taken its time, and a line as long as it did. */
  void goesOn(long now) {
    var source = waitsFor;
    if (source != null) {
      waitsFor = null;
      var took = source == WaitSource.BULKHEAD ? Duration.ofNanos(now - waitsSince) : longest;
      waits = and(waits, new CallWait(took, source));
    }
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
            model, 0, FailureClass.REJECTED, false, waits, hint, Duration.ZERO, null));
  }

  /** The attempt of the route as it is now. */
  private AttemptRecord attempt(
      @Nullable Failure failure, Route route, @Nullable StreamReports<?> stream, long now) {
    return new AttemptRecord(
        route.target().name(),
        number + 1,
        failure == null ? null : failure.failureClass(),
        route.isProbe,
        waits,
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

  /** The records of what has gone wrong, and that of waits after which nothing has begun yet. */
  List<AttemptRecord> failedAndWaits(Route route, long now) {
    var untold = waits;
    if (waitsFor != null) {
      var waited = Duration.ofNanos(now - waitsSince);
      untold = and(waits, new CallWait(waited.compareTo(longest) < 0 ? waited : longest, waitsFor));
    }
    return untold.isEmpty() || route.isAtEnd()
        ? attempts
        : and(
            attempts,
            new AttemptRecord(
                route.target().name(), 0, null, false, untold, null, Duration.ZERO, null));
  }

  /** These records, and that of the attempt of the route as it is now. */
  List<AttemptRecord> failedAnd(Route route, @Nullable StreamReports<?> stream, long now) {
    return and(attempts, attempt(null, route, stream, now));
  }

  private static <E> List<E> and(List<E> present, E next) {
    if (present.isEmpty()) {
      return List.of(next);
    }
    var all = new ArrayList<E>(present.size() + 1);
    all.addAll(present);
    all.add(next);
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
    waits = List.of();
    waitsFor = null;
  }
}
