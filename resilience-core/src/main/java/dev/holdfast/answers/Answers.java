package dev.holdfast.answers;

import dev.holdfast.AttemptCall;
import dev.holdfast.Drivers;
import dev.holdfast.Resilience;
import dev.holdfast.answers.Reply.Degraded;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.stage.Stages;
import dev.holdfast.thrown.Interrupts;
import dev.holdfast.thrown.Unchecked;
import dev.holdfast.time.Deadline;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of a {@link Resilience} whose answers may be kept or shared. Each of these is off
 * unless asked for: a question that was answered lately gets the same answer, without a model;
 * identical questions in flight share one upstream call; and when no model answers, an older answer
 * to the same question, one to a similar question, or a static answer stands in, marked as degraded
 * and never kept.
 *
 * <pre>{@code
 * var answers = Answers.<Answer>of(resilience.feature("chat"))
 *     .store(ResponseStore.inMemory(10_000, Duration.ofDays(1)))
 *     .replayFor(Duration.ofMinutes(5))
 *     .degradeWithin(Duration.ofDays(1))
 *     .staticAnswer(failure -> Answer.of("Please try again in a minute."))
 *     .singleFlight()
 *     .build();
 *
 * Reply<Answer> reply = answers.call(
 *     Question.of(RequestKey.sha256(tenant, request)),
 *     attempt -> client.chat(attempt.model(), request));
 * }</pre>
 *
 * <p>An application holds one instance for each feature, because it knows what is in flight.
 * Immutable and safe for use by many threads. The faces may be mixed: a coroutine may wait for the
 * call of a thread.
 *
 * <p><b>Sharing.</b> The call of whoever asks first is made for all who ask the same until it has
 * ended, and is cancelled when the last of them has left. Who is cancelled or interrupted, or whose
 * own deadline passes, leaves alone. A failure goes to all of them and is not kept: the next
 * question makes a new call. It is the same exception for each of them, so do not add to it.
 *
 * <p><b>Records.</b> A shared call is one call however many wait for it: {@link Resilience#onCall}
 * and its counters tell of it once, so that nothing that was paid for is counted twice, and {@link
 * #counts} of those who joined it. Its {@link Reply#record} is that of each reply, so that who only
 * waited can tell which model served; the exception of a call that failed has it for all of them,
 * by {@link dev.holdfast.plan.CallRecord#of}. Who leaves has none, and neither has who gets a kept
 * answer.
 *
 * <p><b>Pitfalls.</b> A shared call knows nothing of those who wait for it but the first: it runs
 * with that one's client, credentials and log context. A call that asks its own question waits for
 * itself. And {@code T} is what is kept, so it should be immutable.
 *
 * @param <T> what the models answer; never null
 */
public final class Answers<T> {

  private final AnswerSettings<T> settings;
  private final Deadline outer;

  Answers(AnswerSettings<T> settings, Deadline outer) {
    this.settings = settings;
    this.outer = outer;
  }

  /** A builder of an instance that makes its calls through the given object. */
  public static <T> AnswersBuilder<T> of(Resilience resilience) {
    return new AnswersBuilder<>(resilience);
  }

  /**
   * Asks on the calling thread, as {@link Resilience#call(AttemptCall)} does.
   *
   * <p>With {@link AnswersBuilder#singleFlight} the models are asked on a thread of {@link
   * AnswersBuilder#executor}, since a thread that others wait for could not leave them. The calling
   * thread waits, and an interrupt ends its wait.
   *
   * @throws E the last failure, if the chain is exhausted and nothing stands in
   * @throws dev.holdfast.outcome.DeadlineExceededException if the deadline given to {@link #within}
   *     passed in the wait for a shared call
   * @throws CancellationException if the thread was interrupted in a wait; it stays interrupted
   */
  public <E extends Exception> Reply<T> call(Question question, AttemptCall<T, E> call) throws E {
    Objects.requireNonNull(call, "call");
    var inquiry = inquire(question, Deadline.none());
    if (inquiry.isShared()) {
      return Answers.<Reply<T>, E>await(
          inquiry.ask(() -> inquiry.onExecutor(() -> upstream(inquiry, call))));
    }
    var kept = Answers.<@Nullable Reply<T>, E>await(inquiry.replay());
    return kept == null ? upstream(inquiry, call) : kept;
  }

  /**
   * Asks, and answers later, as {@link Resilience#callAsync(Function)} does. The returned future
   * completes with the reply or the bare failure; cancelling it cancels what is under way, or
   * leaves the shared call.
   */
  public CompletableFuture<Reply<T>> callAsync(
      Question question, Function<? super Attempt, ? extends CompletionStage<T>> call) {
    Objects.requireNonNull(call, "call");
    var inquiry = inquire(question, Deadline.none());
    return inquiry.ask(() -> upstreamAsync(inquiry, call));
  }

  /**
   * One question under way, for a driver of another kind.
   *
   * @param deadline when its caller stops to wait for the reply
   */
  public Inquiry<T> inquire(Question question, Deadline deadline) {
    Objects.requireNonNull(question, "question");
    return new Inquiry<>(settings, question, Deadline.earliest(outer, deadline));
  }

  /**
   * A variant whose callers stop to wait at the given moment, for one call out of many that a task
   * makes. A shared call goes on for those who still wait.
   */
  public Answers<T> within(Deadline deadline) {
    return new Answers<>(settings, Deadline.earliest(outer, deadline));
  }

  /**
   * A variant whose calls are made through the given variant of {@link #resilience}, such as that
   * of a feature. What is kept and what is in flight is shared with it.
   *
   * <p><b>Pitfall:</b> of variants that differ in more than their feature, the one that is asked
   * first makes the call for all.
   */
  public Answers<T> through(Resilience variant) {
    return new Answers<>(settings.through(Objects.requireNonNull(variant, "variant")), outer);
  }

  /** What makes the calls. */
  public Resilience resilience() {
    return settings.resilience();
  }

  /** What has become of the questions so far, those of all variants included. */
  public AnswerCounts counts() {
    return settings.tally().read();
  }

  /** How many calls are in flight that may be shared. */
  public int inFlight() {
    var flights = settings.flights();
    return flights == null ? 0 : flights.count();
  }

  /** Names the settings. */
  @Override
  public String toString() {
    return "Answers[%s]".formatted(settings.describe());
  }

  private <E extends Exception> Reply<T> upstream(Inquiry<T> inquiry, AttemptCall<T, E> call)
      throws E {
    var plan = inquiry.plan();
    Function<CallFailure, T> degraded = failure -> degradedOrLast(inquiry, plan, failure);
    return inquiry.reply(
        Drivers.drive(plan, call, inquiry.isDegradable() ? degraded : null, settings.resilience()));
  }

  private static <T> T degradedOrLast(Inquiry<T> inquiry, CallPlan<T> plan, CallFailure failure) {
    var found = Answers.<@Nullable Degraded<T>, RuntimeException>await(inquiry.degraded(failure));
    if (found != null) {
      return found.value();
    }
    var last = plan.lastWord();
    if (last instanceof Step.Throw<T> failed) {
      throw Unchecked.<RuntimeException>rethrow(failed.failure());
    }
    return ((Step.Return<T>) last).value();
  }

  private CompletableFuture<Reply<T>> upstreamAsync(
      Inquiry<T> inquiry, Function<? super Attempt, ? extends CompletionStage<T>> call) {
    var plan = inquiry.plan();
    Function<CallFailure, CompletionStage<Supplier<Step<T>>>> degraded =
        failure ->
            Relay.then(
                inquiry.degraded(failure),
                found ->
                    CompletableFuture.completedFuture(
                        found == null ? plan::lastWord : () -> new Step.Return<>(found.value())));
    return Relay.then(
        Drivers.driveAsync(
            plan, call, inquiry.isDegradable() ? degraded : null, settings.resilience()),
        value -> CompletableFuture.completedFuture(inquiry.reply(value)));
  }

  private static <V extends @Nullable Object, E extends Exception> V await(
      CompletableFuture<V> future) throws E {
    try {
      return future.get();
    } catch (InterruptedException interrupted) {
      future.cancel(true);
      throw Interrupts.cancelled("interrupted while waiting for an answer", interrupted);
    } catch (ExecutionException failed) {
      throw Unchecked.<E>rethrow(Stages.bare(failed));
    }
  }
}
