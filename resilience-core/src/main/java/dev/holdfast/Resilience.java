package dev.holdfast;

import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.event.Subscription;
import dev.holdfast.model.ChainStep;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.plan.PlanSettings;
import dev.holdfast.require.Require;
import dev.holdfast.retry.Retry;
import dev.holdfast.stream.StreamOptions;
import dev.holdfast.stream.StreamPublisher;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Publisher;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls that survive the failure of a model: it asks the models of a chain in turn, each
 * guarded by its circuit breaker, retries with backoff within a deadline, and ends with a degraded
 * answer if one is given.
 *
 * <pre>{@code
 * var resilience = Resilience.builder()
 *     .model(Model.named("claude-sonnet").attemptTimeout(Duration.ofSeconds(30)).build())
 *     .model(Model.of("claude-haiku"))
 *     .deadline(Duration.ofMinutes(2))
 *     .build();
 *
 * Answer answer = resilience.call(attempt -> client.chat(attempt.model(), prompt));
 * CompletableFuture<Answer> later =
 *     resilience.callAsync(attempt -> client.chatAsync(attempt.model(), prompt));
 * }</pre>
 *
 * <p>An application holds one instance, because the breakers remember. Immutable and safe for use
 * by many threads; the {@code with...} methods return variants that share the breakers.
 *
 * <p><b>Pitfall:</b> switch the retries of the SDK inside off, or they multiply with these.
 */
public final class Resilience {

  final Shared shared;
  private final Chain chain;
  private final PlanSettings settings;
  private final Duration deadline;
  private final Deadline outer;

  Resilience(Shared shared, Chain chain, PlanSettings settings, Duration deadline, Deadline outer) {
    this.shared = shared;
    this.chain = chain;
    this.settings = settings;
    this.deadline = deadline;
    this.outer = outer;
  }

  /** A builder of an instance. */
  public static ResilienceBuilder builder() {
    return new ResilienceBuilder();
  }

  /**
   * Makes a call on the calling thread.
   *
   * <p>An attempt that takes longer than its timeout is interrupted; one that ignores the interrupt
   * holds the thread until it ends. If the thread is interrupted from elsewhere the call ends, and
   * says nothing about the model; if that was in a wait, the thread stays interrupted.
   *
   * @throws E the last failure, if the chain is exhausted; the earlier ones, the first 12 at most,
   *     are its suppressed ones
   * @throws dev.holdfast.outcome.CallRejectedException if no model could be asked
   * @throws dev.holdfast.outcome.AttemptTimeoutException if the last attempt took too long, or was
   *     cancelled while the caller was not
   * @throws java.util.concurrent.CancellationException if the thread was interrupted in a wait
   */
  public <T extends @Nullable Object, E extends Exception> T call(AttemptCall<T, E> call) throws E {
    return BlockingDriver.call(this, call, null);
  }

  /**
   * As {@link #call(AttemptCall)}, with an answer for the end of the chain.
   *
   * @param degraded gives the answer when no model did; what it throws ends the call
   */
  public <T extends @Nullable Object, E extends Exception> T call(
      AttemptCall<T, E> call, Function<? super CallFailure, ? extends T> degraded) throws E {
    return BlockingDriver.call(this, call, Objects.requireNonNull(degraded, "degraded"));
  }

  /**
   * Makes a call that answers later, and holds no thread while it waits. Never throws: the returned
   * future completes with the value or the bare failure, as {@link #call(AttemptCall)} would throw
   * it.
   *
   * <p>Cancelling the returned future, or completing it in another way, cancels the stage of the
   * attempt under way or ends the wait, and says nothing about the model; only then is it
   * cancelled. An attempt that takes longer than its timeout is cancelled. A call that throws
   * instead of returning a stage has failed, and so has a stage that somebody else cancels.
   *
   * <p>The first attempt is made on the calling thread, a later one on the thread that completed
   * the one before it, or after a wait on the JDK's common pool.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Function<? super Attempt, ? extends CompletionStage<T>> call) {
    return FuturesDriver.call(this, call, null);
  }

  /**
   * As {@link #callAsync(Function)}, with an answer for the end of the chain, when no model did;
   * what it throws ends the call.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      Function<? super CallFailure, ? extends T> degraded) {
    return FuturesDriver.call(this, call, Objects.requireNonNull(degraded, "degraded"));
  }

  /** A {@link StreamPublisher} of the answers to a call, all of whose items are content. */
  public <T> Publisher<T> publisher(Function<? super Attempt, ? extends Publisher<T>> call) {
    return publisher(call, StreamOptions.defaults(), null);
  }

  /**
   * A {@link StreamPublisher} of the answers to a call. Kotlin has {@code stream}, for flows.
   *
   * @param options which items are content, and which says that the stream is complete
   * @param degraded gives the answer when no model did; null if there is none
   */
  public <T> Publisher<T> publisher(
      Function<? super Attempt, ? extends Publisher<T>> call,
      StreamOptions<? super T> options,
      @Nullable Function<? super CallFailure, ? extends Publisher<T>> degraded) {
    return new StreamPublisher<>(
        () -> plan(degraded != null), settings.time(), options, call, degraded);
  }

  /**
   * The plan of one call that starts now, for a driver of another kind.
   *
   * @param degradable whether the driver has a degraded answer
   */
  public <T extends @Nullable Object> CallPlan<T> plan(boolean degradable) {
    return plan(shared.classifier(), degradable);
  }

  /** As {@link #plan(boolean)}, with another way to understand failures. */
  public <T extends @Nullable Object> CallPlan<T> plan(
      Classifier<? super T> classifier, boolean degradable) {
    return plan(settings.time().nanoTime(), classifier, degradable);
  }

  <T extends @Nullable Object> CallPlan<T> plan(
      long now, Classifier<? super T> classifier, boolean degradable) {
    var ends = Deadline.earliest(Deadline.after(deadline, now), outer);
    return new CallPlan<>(settings, ends, now, classifier, degradable);
  }

  /** The models that were declared, and the state that all calls to them share. */
  public Targets targets() {
    return shared.targets();
  }

  /** The names of the features that were declared, in their order. */
  public Set<String> features() {
    return shared.features();
  }

  /** The circuit breakers of the models, for use without a plan and for listeners. */
  public CircuitBreakers breakers() {
    return shared.targets().breakers;
  }

  /**
   * The variant for the calls of a feature, with its chain, its bulkhead and its deadline.
   *
   * @throws IllegalArgumentException if no feature of this name was declared
   */
  public Resilience feature(String name) {
    return shared.feature(name).within(outer);
  }

  /** The feature that the calls of this object belong to; null if they belong to none. */
  public @Nullable String feature() {
    return settings.feature();
  }

  /** Where each attempt takes a slot, of this feature if it limits them; null if nothing does. */
  public @Nullable Bulkhead bulkhead() {
    return settings.bulkhead();
  }

  /** What is allowed in the chains and calls of this object, but probably not meant. */
  public List<ChainWarning> warnings() {
    return shared.warnings();
  }

  /** How the calls of this object and all its variants have ended so far, by feature and model. */
  public List<CallCounts> counts() {
    return shared.calls().read();
  }

  /**
   * Tells {@code listener} the record of each call when it ends, those of all variants included, on
   * the thread that ends it.
   */
  public Subscription onCall(Consumer<? super CallRecord> listener) {
    return shared.calls().listeners.add(listener);
  }

  /**
   * Tells {@code listener} when too many calls of a feature begin to go wrong, by the {@link
   * ResilienceBuilder#alert} rule; again only after they had ceased to.
   */
  public Subscription onAlert(Consumer<? super CallAlert> listener) {
    return shared.calls().alerts.add(listener);
  }

  /** The names of the models that a call asks, in order. */
  public List<String> chain() {
    return chain.models();
  }

  /**
   * A variant for calls that ask for the given model: its chain is the part of this one that begins
   * there. A model that is not in the chain gets a chain of its own, with the default settings
   * unless it was configured.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Resilience forModel(String model) {
    var steps = chain.from(Require.notBlank("model", model));
    return steps == chain.steps() ? this : withSteps(steps);
  }

  /**
   * A variant with another chain of models.
   *
   * @throws IllegalArgumentException if the chain is empty or names a model twice or not at all
   */
  public Resilience withChain(List<String> models) {
    return withSteps(Chain.stepsOf(models));
  }

  /** A variant with other retry settings. */
  public Resilience withRetry(Retry retry) {
    Objects.requireNonNull(retry, "retry");
    return new Resilience(shared, chain, settings.with(retry), deadline, outer);
  }

  /** The retry settings. */
  public Retry retry() {
    return settings.retry();
  }

  /**
   * A variant whose calls may take this long with all their attempts and waits. An attempt that
   * this cuts short of its model's own timeout says nothing about the model.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Resilience withDeadline(Duration deadline) {
    return new Resilience(shared, chain, settings, Require.positive("deadline", deadline), outer);
  }

  /**
   * A variant whose calls end by the given moment as well, for one call out of many that a task
   * makes. Kotlin's {@code callSuspend} does this by itself with the deadline of its coroutine.
   */
  public Resilience within(Deadline deadline) {
    var both = Deadline.earliest(outer, deadline);
    return both == outer ? this : new Resilience(shared, chain, settings, this.deadline, both);
  }

  /** The clock that deadlines are read by. */
  public Time time() {
    return settings.time();
  }

  /** How long a call may take with all its attempts and waits. */
  public Duration deadline() {
    return deadline;
  }

  private Resilience withSteps(List<ChainStep> steps) {
    var other = shared.targets().chain(steps);
    var observer = shared.calls().of(settings.feature(), steps.get(0).model());
    return new Resilience(shared, other, settings.with(other, observer), deadline, outer);
  }
}
