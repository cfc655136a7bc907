package dev.holdfast.breaker;

import dev.holdfast.event.Subscription;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.require.Require;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Stops calls to a model that is down, and finds out when it is back.
 *
 * <p>A breaker is CLOSED while its model works: every call is admitted. When the failures reach the
 * threshold of its {@link CircuitBreakerConfig} it is OPEN: calls are refused at once with a {@link
 * CircuitOpenException} that says when to come back. When the wait is over it is HALF_OPEN: a few
 * calls may be under way as probes. Enough successes close the breaker, one failure opens it again.
 *
 * <p>An admitted call holds a permit of the state that admitted it. A result that comes after that
 * state has ended is dropped: a slow answer from before the outage never decides the recovery.
 *
 * <p><b>What does not count:</b> a call whose caller gave up (the thread was interrupted, the
 * future or the coroutine cancelled), a rejection by Holdfast itself, and what {@link
 * CircuitBreakerConfig#countsAsFailure} excludes. A timeout inside the call is a failure.
 *
 * <pre>{@code
 * var breaker = CircuitBreaker.of("claude-sonnet", CircuitBreakerConfig.mediumTraffic());
 *
 * Answer answer = breaker.call(() -> client.chat(prompt));
 * CompletableFuture<Answer> later = breaker.callAsync(() -> client.chatAsync(prompt));
 * Permit permit = breaker.acquire(); // settled later: permit.success() or permit.failure()
 * }</pre>
 *
 * <p>The faces may be mixed on one instance; Kotlin adds {@code withBreaker { }}. Safe for use by
 * many threads; no user code runs under a lock.
 */
public final class CircuitBreaker {

  /** Whether calls are admitted. */
  public enum State {
    /** All calls are admitted. */
    CLOSED,
    /** No calls are admitted. */
    OPEN,
    /** A few calls are admitted as probes. */
    HALF_OPEN,
    /** No calls are admitted, until {@link #reset}. */
    FORCED_OPEN,
    /** All calls are admitted, and nothing is counted. */
    DISABLED,
    /** All calls are admitted and counted: a dry run of the settings. */
    METRICS_ONLY
  }

  private final String name;
  private final Time time;
  private final Circuit circuit;
  private final Companions companions = new Companions();

  private CircuitBreaker(
      String name, CircuitBreakerConfig config, Time time, RandomGenerator random) {
    this.name = Require.notBlank("name", name);
    this.time = Objects.requireNonNull(time, "time");
    Objects.requireNonNull(config, "config");
    this.circuit = new Circuit(name, config, time, Objects.requireNonNull(random, "random"));
  }

  /** A closed breaker with the given settings. */
  public static CircuitBreaker of(String name, CircuitBreakerConfig config) {
    return of(name, config, Time.system());
  }

  /** A closed breaker with the given settings and clock. */
  public static CircuitBreaker of(String name, CircuitBreakerConfig config, Time time) {
    return of(name, config, time, () -> ThreadLocalRandom.current().nextLong());
  }

  /** A closed breaker with the given settings, clock and source of jitter. */
  public static CircuitBreaker of(
      String name, CircuitBreakerConfig config, Time time, RandomGenerator random) {
    return new CircuitBreaker(name, config, time, random);
  }

  /** The name; by custom that of the model. */
  public String name() {
    return name;
  }

  /** The settings. */
  public CircuitBreakerConfig config() {
    return circuit.config();
  }

  /**
   * Changes the settings while the breaker is in use. State, generation, failures in a row and
   * calls under way stay, and those calls are judged by the new settings; the window stays if rates
   * are still taken of the same one, otherwise it is empty. What is known is judged at once: if it
   * reaches a threshold of the new settings, the breaker opens, as by a failure, or closes if it is
   * HALF_OPEN. A wait in OPEN and the places in HALF_OPEN follow from the next time on, and rules
   * for slow or hanging calls see those that begin later.
   */
  public void configure(CircuitBreakerConfig config) {
    circuit.configure(Objects.requireNonNull(config, "config"));
  }

  /**
   * Makes a call on the calling thread.
   *
   * @throws CircuitOpenException if the breaker refuses the call
   * @throws E if the call throws it
   */
  public <T extends @Nullable Object, E extends Exception> T call(ThrowingSupplier<T, E> call)
      throws E {
    Objects.requireNonNull(call, "call");
    var admission = enter();
    T result;
    try {
      result = call.get();
    } catch (Throwable thrown) {
      if (thrown instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
        admission.release();
      } else {
        admission.failure(thrown);
      }
      throw thrown;
    }
    admission.success();
    return result;
  }

  /**
   * Makes a call that answers later. Whatever goes wrong with it, a refusal included, completes the
   * returned future, with the bare cause and not a {@link
   * java.util.concurrent.CompletionException}.
   *
   * <p>Cancelling the returned future cancels the call's own, and has no opinion about the model.
   * Completing it exceptionally in another way, as {@link CompletableFuture#orTimeout} does, counts
   * as a failure of the call and cancels it too. A supplier that throws has made a failed call.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call) {
    return AsyncCall.make(this, Objects.requireNonNull(call, "call"));
  }

  /**
   * Takes the right to make one call, for code that reports the outcome elsewhere.
   *
   * @throws CircuitOpenException if the breaker refuses the call
   */
  public Permit acquire() {
    return new Permit(enter());
  }

  /** Takes the right to make one call, or returns null if the breaker refuses it. */
  public @Nullable Permit tryAcquire() {
    var closed = enterIfClosed();
    var admission = closed != null ? closed : circuit.admit(Refusal.COUNTED, true);
    return admission == null ? null : new Permit(admission);
  }

  /**
   * Takes the right to make one call in the form that must be settled exactly once.
   *
   * @throws CircuitOpenException if the breaker refuses the call
   */
  public Admission enter() {
    var admission = enterIfClosed();
    return admission != null ? admission : circuit.enter(true);
  }

  /**
   * As {@link #enter}, but admits in CLOSED only; otherwise it returns null and refuses nothing.
   */
  public @Nullable Admission enterIfClosed() {
    return circuit.phase() instanceof Closed closed ? closed.admit() : null;
  }

  /** As {@link #enter}, but in HALF_OPEN it refuses: there others may be before this caller. */
  public Admission enterUnlessProbe() {
    return circuit.enter(false);
  }

  /**
   * As {@link #enter}, but in HALF_OPEN it returns null and refuses nothing: the caller goes on to
   * wait for a place.
   */
  public @Nullable Admission enterUnlessHalfOpen() {
    return circuit.admit(Refusal.THROW_IF_OPEN, false);
  }

  /** As {@link #enter}, but if the call cannot be admitted it returns null and refuses nothing. */
  public @Nullable Admission enterIfPossible() {
    return circuit.admit(Refusal.SILENT, true);
  }

  /** The state now. OPEN becomes HALF_OPEN by this look if its wait is over. */
  public State state() {
    return circuit.look(time.nanoTime()).state();
  }

  /** Whether the breaker is OPEN or FORCED_OPEN now. */
  public boolean isOpen() {
    return circuit.look(time.nanoTime()) instanceof Open;
  }

  /**
   * The failures that count: in CLOSED those in a row, or those in the window, otherwise those that
   * opened the breaker.
   */
  public int failures() {
    return circuit.phase().failures();
  }

  /**
   * How long until a call has a chance: the rest of the wait in OPEN. In HALF_OPEN zero while there
   * is a place for a probe, otherwise the time by which the first of those under way has reported
   * or lost its turn. Zero in the other states: in FORCED_OPEN because nobody knows.
   */
  public Duration retryAfter() {
    long now = time.nanoTime();
    return Duration.ofNanos(circuit.look(now).retryAfterNanos(now));
  }

  /** All that there is to know, read from one state. */
  public CircuitBreakerSnapshot snapshot() {
    long now = time.nanoTime();
    return circuit.events.snapshot(circuit.look(now), now);
  }

  /**
   * Closes the breaker and forgets what it counted. Calls under way that another state had admitted
   * no longer count; those that CLOSED had admitted do when they end, but hang no more.
   */
  public void reset() {
    circuit.reset();
  }

  /** Refuses all calls until {@link #reset}: FORCED_OPEN. */
  public void forceOpen() {
    circuit.force(State.FORCED_OPEN);
  }

  /** Admits all calls and counts nothing until {@link #reset}: DISABLED. */
  public void disable() {
    circuit.force(State.DISABLED);
  }

  /**
   * Admits all calls until {@link #reset}, but counts them and tells {@link #onThresholdExceeded}
   * when it would open: METRICS_ONLY.
   */
  public void metricsOnly() {
    circuit.force(State.METRICS_ONLY);
  }

  /** Tells {@code listener} each transition once, in the order in which they happen. */
  public Subscription onTransition(Consumer<? super StateTransition> listener) {
    return circuit.events.listen(circuit.events.transitions.listeners, listener);
  }

  /** Tells {@code listener} each refused call once, on the refused caller's thread. */
  public Subscription onRejection(Consumer<? super CallRejection> listener) {
    return circuit.events.listen(circuit.events.rejections, listener);
  }

  /** Tells {@code listener} when the breaker opens from CLOSED or, in METRICS_ONLY, would open. */
  public Subscription onThresholdExceeded(Consumer<? super ThresholdExceeded> listener) {
    return circuit.events.listen(circuit.events.exceeded, listener);
  }

  /** Tells {@code listener} each probe that gives back its place, on the thread that settled it. */
  public Subscription onProbeSettled(Consumer<? super ProbeSettled> listener) {
    return circuit.events.listen(circuit.events.settledProbes, listener);
  }

  /**
   * The one object of the given type that lives with this breaker, made when it is first asked for,
   * for faces with a state of their own. Of two that are made at the same time one is dropped
   * unused.
   */
  public <C> C companion(Class<C> type, Supplier<? extends C> factory) {
    return companions.get(type, factory);
  }

  Circuit circuit() {
    return circuit;
  }

  @Override
  public String toString() {
    return "CircuitBreaker[%s, %s]".formatted(name, circuit.phase().state());
  }
}
