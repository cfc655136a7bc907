package dev.holdfast.plan;

import dev.holdfast.breaker.Admission;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.bulkhead.Slot;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.thrown.Cancellations;
import dev.holdfast.time.Deadline;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides the steps of one call. It never waits and never calls: a driver does, and reports back.
 *
 * <pre>{@code
 * try (CallPlan<Answer> plan = resilience.plan(Classifier.standard(), false)) {
 *   Step<Answer> step = plan.next();
 *   while (true) {
 *     // Enter: wait for a slot; step = plan.entered(slot) or plan.refused(e)
 *     // Call: make the attempt; step = plan.returned(answer), plan.threw(e) or plan.timedOut()
 *     // Pause: wait; step = plan.next()
 *     // Return, Throw, Degrade: the end; whatever else is thrown: throw plan.endsBy(e)
 *   }
 * }
 * }</pre>
 *
 * <p>A driver of streams reports to {@link #stream} as well. Confined to its driver: at most one
 * thread uses it at a time. A report that no attempt belongs to, and a question for the next step
 * while an attempt is under way, is an {@link IllegalStateException}.
 *
 * @param <T> what the call returns
 */
public final class CallPlan<T extends @Nullable Object> implements AutoCloseable {

  /*
   * next() ──▶ time left? ──▶ gate open? ──▶ slot? ──▶ breaker admits? ──▶ Call
   *    ▲             │ no          │ no         │ no            │ no
   *    │             ▼             ▼            ▼               ▼
   *    │         exhausted    wait, or next   Enter       next model ──▶ none left: exhausted
   *    │                          model      │   │ refused
   *    │                                     │   ▼
   *    ├──────────── entered() ◀─────────────┘  exhausted
   *    │
   *    └── Pause ◀── the same model again? ◀── failed() ◀── returned(), threw(), timedOut()
   *                        │ no                   │ the caller must see it
   *                        ▼                      ▼
   *                   next model              last word
   *
   * exhausted: Degrade if the driver can, otherwise the last word
   * last word: Return the last attempt's result if it had one, otherwise Throw the last failure
   *
   * A slot and an admission are held from the step that took them to the end of their attempt.
   */

  private final PlanSettings settings;
  private final Classifier<? super T> classifier;
  private final boolean degradable;
  private final Patience patience;
  private final Route route;
  private final Holdings holdings = new Holdings();

  private @Nullable Attempt underWay;
  private @Nullable StreamReports<T> stream;
  private @Nullable Ending answered;
  private boolean closed;

  /** Null until something fails, which in nearly every call nothing does. */
  private @Nullable Aftermath<T> aftermath;

  /**
   * Creates a plan of a call that starts at {@code now}, a reading of the settings' clock.
   *
   * @param degradable whether the driver has a degraded answer for the end of the chain
   */
  public CallPlan(
      PlanSettings settings,
      Deadline deadline,
      long now,
      Classifier<? super T> classifier,
      boolean degradable) {
    this.settings = settings;
    this.patience = new Patience(settings, deadline, now);
    this.route = new Route(settings.chain());
    this.classifier = classifier;
    this.degradable = degradable;
  }

  /** The first step, and the step after a {@link Step.Pause}. */
  public Step<T> next() {
    return next(settings.time().nanoTime());
  }

  /** As {@link #next()}, at {@code now}: the settings' clock, which the driver has just read. */
  public Step<T> next(long now) {
    if (underWay != null) {
      throw new IllegalStateException("next() must follow a Pause, but an attempt is under way");
    }
    patience.sees(now);
    if (aftermath != null) {
      aftermath.log.goesOn(now);
    }
    while (!route.isAtEnd()) {
      if (patience.left(now) == 0) {
        return refused(new DeadlineExceededException());
      }
      var step = patience.nanosAt(route, now) == 0 ? null : stepAt(route.target(), now);
      if (step != null) {
        return step;
      }
      route.advance();
    }
    return aftermath().exhausted();
  }

  /** The step after a slot was taken. */
  public Step<T> entered(Slot taken) {
    holdings.take(taken);
    return next();
  }

  /** The step after a refusal that would be the same for every other model, as a bulkhead's is. */
  public Step<T> refused(CallRejectedException rejection) {
    return aftermath().refused(rejection);
  }

  /** The step after an attempt that returned. */
  public Step<T> returned(T value) {
    requireUnderWay();
    var failure = Judge.ofResult(classifier, value);
    if (failure == null) {
      succeeded(Ending.ANSWERED);
      return new Step.Return<>(value);
    }
    return failed(failure, new Step.Return<>(value));
  }

  /** The step after an attempt that threw while its caller still wanted the answer. */
  public Step<T> threw(Throwable thrown) {
    requireUnderWay();
    return failed(Judge.ofException(classifier, thrown), null);
  }

  /** The step after an attempt that the driver ended because its time was over. */
  public Step<T> timedOut() {
    return failed(Judge.ofTimeout(requireUnderWay()), null);
  }

  /** The reports of a driver whose attempt under way is a stream. */
  public StreamReports<T> stream() {
    var attempt = requireUnderWay();
    if (stream == null) {
      route.streams = true;
      stream = new StreamReports<>(this, patience, attempt, route.since);
    }
    return stream;
  }

  /**
   * Something has ended the call that is neither a model nor its caller: the degraded answer, or a
   * clock that cannot be read.
   *
   * @return what to throw, with the record: {@code thrown}, unless that is a cancellation, which
   *     would look like the caller's
   */
  public Throwable endsBy(Throwable thrown) {
    var failure = Cancellations.notOfCaller(thrown);
    if (aftermath().ending != Ending.FAILED) {
      aftermath().ending = Ending.FAILED;
      CallTrace.travelsWith(failure, record());
    }
    return failure;
  }

  /** The caller has given up; a degraded answer that was asked for is not given any more. */
  public void cancelled() {
    aftermath().cancelled();
  }

  /** The step after a {@link Step.Degrade} for which there is no answer: the call's other end. */
  public Step<T> lastWord() {
    return aftermath().lastWord();
  }

  /** The record of the call as it is now; after {@link #close} as it was first asked for then. */
  public CallRecord record() {
    return record(patience.nowOrLast());
  }

  /** The {@link #record()} of a call that ends now, made if it is asked for. */
  public Supplier<CallRecord> recordLater() {
    long now = patience.nowOrLast();
    return () -> record(now);
  }

  private CallRecord record(long now) {
    return aftermath().record(answered, underWay != null || answered != null, stream, closed, now);
  }

  /** The model that was asked for, the first of the chain. */
  public String requested() {
    return settings.requested();
  }

  /** The model that answered; null if none has. */
  public @Nullable String served() {
    return answered == null ? null : route.target().name();
  }

  /** How the call ended; until it has, it would end by the caller giving up. */
  public Ending ending() {
    return answered != null ? answered : aftermath().ending;
  }

  /**
   * Ends the call: gives back what the plan holds, with no opinion about the model, and tells the
   * observer. A driver must call it in the end, whatever that is; a second time does nothing.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        holdings.giveBack();
      } finally {
        settings.observer().ended(this);
      }
    }
  }

  /** The step at the given target; null if this call cannot have it now. */
  private @Nullable Step<T> stepAt(Target target, long now) {
    long nanosShut = target.gates().closedNanos(now);
    if (nanosShut > 0) {
      return aftermath().atGate(nanosShut, now);
    }
    var bulkhead = settings.bulkhead();
    return bulkhead == null || holdings.hasSlot() || holdings.enters(bulkhead)
        ? begin(target, now)
        : aftermath().inLine(bulkhead, now);
  }

  private @Nullable Step<T> begin(Target target, long now) {
    Admission admission;
    try {
      admission = holdings.admit(target);
    } catch (CircuitOpenException open) {
      aftermath().log.rejects(target.name(), open);
      return null;
    }
    int number = aftermath == null ? 1 : aftermath.log.attempts() + 1;
    route.begins(admission.isProbe(), now);
    stream = null;
    underWay = patience.attempt(route, number, now);
    return new Step.Call<>(underWay, now);
  }

  /** The first content of the attempt under way has come after so long. */
  void firstContentCame(long nanos) {
    route.target().latency().record(nanos);
    holdings.contentArrived();
  }

  /** The attempt under way has answered. */
  void succeeded(Ending how) {
    if (stream == null || !stream.hasContent()) {
      route.target().latency().sample(route.since, settings.time());
    }
    holdings.succeeded();
    underWay = null;
    answered = how;
  }

  /** The step after the attempt under way has failed, perhaps by a result. */
  Step<T> failed(Failure happened, Step.@Nullable Return<T> result) {
    long now = patience.look();
    var attempt = requireUnderWay();
    underWay = null;
    var step = aftermath().of(happened, attempt, result, stream, now);
    return step != null ? step : next();
  }

  private Aftermath<T> aftermath() {
    if (aftermath == null) {
      aftermath = new Aftermath<>(settings, patience, route, holdings, degradable);
    }
    return aftermath;
  }

  private Attempt requireUnderWay() {
    if (underWay == null) {
      throw new IllegalStateException("a report must follow a Call, but no attempt is under way");
    }
    return underWay;
  }
}
