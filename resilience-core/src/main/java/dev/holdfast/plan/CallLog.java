package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.thrown.Suppressed;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in one call so far. A call whose first attempt is answered, which is nearly
 * every one, adds nothing to the lists, and its record is made only for those who ask.
 */
final class CallLog {

  /** One attempt in so many is timed. The last digits of the clock are as good as random. */
  private static final int SAMPLED = 8;

  private List<Failure> failures = List.of();
  private List<AttemptRecord> attempts = List.of();

  private final long startedAt;
  private Duration wait = Duration.ZERO;
  private WaitSource waitSource = WaitSource.NONE;

  private @Nullable Target underWay;
  private int number;
  private boolean probe;
  private long since;
  private @Nullable Duration firstContent;
  private @Nullable Ending ending;
  private @Nullable String served;

  CallLog(long startedAt) {
    this.startedAt = startedAt;
  }

  /** The call waits for what comes next. */
  void waits(Duration duration, WaitSource source) {
    wait = duration;
    waitSource = source;
  }

  /** An attempt begins. */
  void begins(Target target, boolean isProbe, long now) {
    underWay = target;
    number++;
    probe = isProbe;
    since = now;
    firstContent = null;
  }

  /** The first content of the attempt under way has come; whether it is the first to be told. */
  boolean hasFirstContent(long now) {
    if (firstContent != null || underWay == null) {
      return false;
    }
    firstContent = Duration.ofNanos(now - since);
    underWay.latency().record(now - since);
    return true;
  }

  /** The attempt under way has failed. */
  void fails(Failure failure, long now) {
    adds(failure, attempt(failure, now));
    underWay = null;
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

  /** The attempt under way has answered the call, to its end or until the consumer left. */
  void answers(Ending how, Time time) {
    ending = how;
    if (underWay != null) {
      served = underWay.name();
      boolean isSample = since % SAMPLED == 0 || underWay.latency().nanos() == 0;
      // A sample is enough for an average; the clock costs more than all else that is done here.
      if (firstContent == null && isSample) {
        underWay.latency().record(time.nanoTime() - since);
      }
    }
  }

  /** The call ends without an answer of a model. */
  void ends(Ending how) {
    ending = how;
  }

  /** The caller has given up on a degraded answer. */
  void endsCancelled() {
    if (ending == Ending.DEGRADED) {
      ending = Ending.CANCELLED;
    }
  }

  /** How it ended; as long as it has not, it would end by the caller giving up. */
  Ending ending() {
    return ending == null ? Ending.CANCELLED : ending;
  }

  @Nullable String served() {
    return served;
  }

  CallRecord record(PlanSettings settings, String requested, Deadline deadline) {
    long now = settings.time().nanoTime();
    return new CallRecord(
        settings.feature(),
        requested,
        served,
        ending(),
        attempts(now),
        Duration.ofNanos(now - startedAt),
        deadline.isNone() ? null : Duration.ofNanos(deadline.remainingNanos(now)));
  }

  /** The number of attempts so far. */
  int attempts() {
    return number;
  }

  List<Failure> failures() {
    return failures;
  }

  private List<AttemptRecord> attempts(long now) {
    if (underWay == null) {
      return attempts;
    }
    var all = new ArrayList<>(attempts);
    all.add(attempt(null, now));
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
    Suppressed.add(last, causes);
    var trace = new CallTrace(record);
    Suppressed.add(last, trace);
    // Coroutines that recover stack traces copy an exception with the original as its cause, and a
    // copy in turn by its original: what is added to the first copy would not be in the second.
    var original = last.getCause();
    if (original != null && original.getClass() == last.getClass()) {
      Suppressed.add(original, trace);
    }
    return last;
  }

  private AttemptRecord attempt(@Nullable Failure failure, long now) {
    return new AttemptRecord(
        underWay == null ? "" : underWay.name(),
        number,
        failure == null ? null : failure.failureClass(),
        probe,
        wait,
        waitSource,
        failure == null ? null : failure.retryAfter(),
        Duration.ofNanos(now - since),
        firstContent);
  }

  private void adds(Failure failure, AttemptRecord attempt) {
    if (failures.isEmpty()) {
      failures = new ArrayList<>();
      attempts = new ArrayList<>();
    }
    failures.add(failure);
    attempts.add(attempt);
    waits(Duration.ZERO, WaitSource.NONE);
  }
}
