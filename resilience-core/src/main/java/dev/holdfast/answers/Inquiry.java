package dev.holdfast.answers;

import dev.holdfast.answers.Reply.Answered;
import dev.holdfast.answers.Reply.Degraded;
import dev.holdfast.outcome.DeadlineExceededException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.ScheduledTask;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question under way, for a driver of another kind than those of {@link Answers}. A driver
 * whose upstream call {@linkplain #isShared is shared} only {@linkplain #ask asks}. Any other one
 * looks for a {@linkplain #replay kept answer} first, and if there is none makes the upstream call:
 * it carries out {@link #plan}, lets the call degrade by {@link #degraded}, and turns what comes
 * out into the {@link #reply}.
 *
 * <p>For one caller and one upstream call; the methods of the latter are used by one thread at a
 * time.
 */
public final class Inquiry<T> {

  private final AnswerSettings<T> settings;
  private final RequestKey key;
  private final @Nullable String prompt;
  private final Deadline outer;
  private final Deadline ends;

  private @Nullable CallPlan<T> plan;
  private @Nullable Degraded<T> degraded;

  Inquiry(AnswerSettings<T> settings, Question question, Deadline outer) {
    var resilience = settings.resilience();
    this.settings = settings;
    this.key = question.key().within(resilience.feature());
    this.prompt = question.prompt();
    this.outer = outer;
    var usual = Deadline.after(resilience.deadline(), resilience.time());
    // The others who wait for a shared call have not agreed to the deadline of this one's caller.
    this.ends = isShared() ? usual : Deadline.earliest(usual, outer);
    settings.tally().asked.increment();
  }

  /** Whether those who ask the same at the same time share one upstream call. */
  public boolean isShared() {
    return settings.flights() != null;
  }

  /**
   * The reply: a kept one, or that of the upstream call, which is begun unless an identical
   * question is in flight already. Cancelling the returned future leaves the others waiting; the
   * future of the upstream call is cancelled when the last has left.
   *
   * @param upstream begins the upstream call; does not throw
   */
  public CompletableFuture<Reply<T>> ask(Supplier<CompletableFuture<Reply<T>>> upstream) {
    Supplier<CompletableFuture<Reply<T>>> all =
        () ->
            Relay.then(
                replay(),
                kept -> kept == null ? upstream.get() : CompletableFuture.completedFuture(kept));
    var flights = settings.flights();
    if (flights == null) {
      return all.get();
    }
    var left = outer.remaining(settings.resilience().time());
    if (left.isZero()) {
      return late();
    }
    var seat = flights.share(key, all);
    return outer.isNone() || seat.isDone() ? seat : upTo(left, seat);
  }

  /** A kept answer that is young enough to be given again; null in the future if there is none. */
  public CompletableFuture<@Nullable Reply<T>> replay() {
    var longest = settings.replayFor();
    return longest == null
        ? CompletableFuture.completedFuture(null)
        : Relay.then(
            settings.shelf().exact(key, ends),
            kept -> CompletableFuture.completedFuture(replayed(kept, longest)));
  }

  /** Whether the upstream call may end with a degraded answer. */
  public boolean isDegradable() {
    return settings.degrades();
  }

  /** The plan of the upstream call. */
  public CallPlan<T> plan() {
    if (plan == null) {
      plan = settings.resilience().within(ends).plan(settings.degrades());
    }
    return plan;
  }

  /**
   * A degraded answer, for when the plan says so; null in the future if there is none, so that the
   * call ends with {@link CallPlan#lastWord}. Fails only if the static answer does.
   */
  public CompletableFuture<@Nullable Degraded<T>> degraded(CallFailure failure) {
    return Relay.<@Nullable Degraded<T>, @Nullable Degraded<T>>then(
        new Degrading<>(settings, key, prompt, ends, failure).find(),
        found -> {
          degraded = found;
          return CompletableFuture.completedFuture(found);
        });
  }

  /** The reply that the upstream call comes to; a model's answer is kept. */
  public Reply<T> reply(T value) {
    return reply(value, plan().record());
  }

  /** As {@link #reply(Object)}, for a driver with a plan of its own, which has this record. */
  public Reply<T> reply(T value, CallRecord record) {
    var instead = degraded;
    if (instead != null) {
      return instead.with(record);
    }
    // A result that the classifier takes for a failure may be the end of a call, but is no answer.
    if (record.ending() == Ending.ANSWERED) {
      settings.shelf().keep(key, prompt, value);
    }
    return new Answered<>(value, Duration.ZERO, record);
  }

  /** A blocking upstream call on the executor, which may have no thread for it in time. */
  CompletableFuture<Reply<T>> onExecutor(Callable<Reply<T>> upstream) {
    var time = settings.resilience().time();
    return Errand.run(settings.executor(), upstream, time, ends.remaining(time), this::late);
  }

  private @Nullable Reply<T> replayed(@Nullable StoredResponse<T> kept, Duration longest) {
    if (kept == null || kept.age().compareTo(longest) >= 0) {
      return null;
    }
    settings.tally().replayed.increment();
    return new Answered<>(kept.value(), kept.age(), null);
  }

  /** The reply if it comes in time; otherwise this one leaves the others waiting. */
  private CompletableFuture<Reply<T>> upTo(Duration left, CompletableFuture<Reply<T>> seat) {
    var promise = new CompletableFuture<Reply<T>>();
    var decided = new AtomicBoolean();
    seat.whenComplete(
        (reply, thrown) -> {
          if (decided.compareAndSet(false, true)) {
            Relay.pass(seat, promise);
          }
        });
    Runnable late =
        () -> {
          if (decided.compareAndSet(false, true)) {
            seat.cancel(true);
            Relay.pass(late(), promise);
          }
        };
    ScheduledTask timer;
    try {
      timer = settings.resilience().time().schedule(left, late);
    } catch (Throwable refused) {
      seat.cancel(true);
      return CompletableFuture.failedFuture(refused);
    }
    promise.whenComplete(
        (reply, thrown) -> {
          timer.cancel();
          seat.cancel(true);
        });
    return promise;
  }

  /** The end for one whose own deadline has passed. */
  private CompletableFuture<Reply<T>> late() {
    var passed =
        new DeadlineExceededException("The deadline has passed; an answer was being waited for");
    var failure =
        new CallFailure(
            settings.resilience().chain().get(0),
            List.of(Failure.of(FailureClass.REJECTED, passed)),
            0);
    return Relay.notCancelled(
        Relay.then(
            new Degrading<>(settings, key, prompt, outer, failure).find(),
            found ->
                found == null
                    ? CompletableFuture.failedFuture(passed)
                    : CompletableFuture.completedFuture(found)));
  }
}
