package dev.holdfast.bulkhead;

import dev.holdfast.event.Subscription;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.require.Require;
import dev.holdfast.thrown.Interrupts;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many calls of one feature are under way at the same time, so that a slow model cannot
 * take all threads, connections and quota for this feature alone.
 *
 * <p>A call needs a slot, of which there are {@link BulkheadConfig#maxConcurrentCalls}. When all
 * are taken, up to {@link BulkheadConfig#maxQueue} callers wait for up to {@link
 * BulkheadConfig#maxWait}, first come, first served, over all faces together; a slot that becomes
 * free goes to the one at the head, and nobody overtakes. The others are refused with a {@link
 * BulkheadFullException}. By default nobody waits.
 *
 * <p>A blocking caller waits on its own thread, which may be a virtual one. Futures and coroutines
 * wait without a thread. A caller who gives up (the thread is interrupted, the future or the
 * coroutine cancelled) leaves the line at once; if it was handed a slot in that very moment, the
 * slot goes on to the next.
 *
 * <p>A {@link Deadline} bounds the wait, and only that: while a slot is free, a call is admitted
 * without a look at the clock.
 *
 * <pre>{@code
 * var bulkhead = Bulkhead.of("summaries", BulkheadConfig.builder().maxConcurrentCalls(10).build());
 *
 * Answer answer = bulkhead.call(() -> client.chat(prompt));
 * CompletableFuture<Answer> later = bulkhead.callAsync(() -> client.chatAsync(prompt));
 * try (Slot slot = bulkhead.acquire()) {
 *   ...
 * }
 * }</pre>
 *
 * <p><b>Pitfall:</b> a call made inside a call of the same bulkhead needs a second slot. Enough of
 * them wait for each other until {@code maxWait} is over.
 *
 * <p>The faces may be mixed on one instance; Kotlin adds {@code withBulkhead { }}. Safe for use by
 * many threads; no user code runs under a lock.
 */
public final class Bulkhead {

  final Slots slots;

  private final String name;
  private final BulkheadConfig config;
  private final Time time;
  private final long maxWaitNanos;
  private final Refusals refusals;
  private final Handovers handovers = new Handovers();

  private Bulkhead(String name, BulkheadConfig config, Time time) {
    this.name = Require.notBlank("name", name);
    this.config = Objects.requireNonNull(config, "config");
    this.time = Objects.requireNonNull(time, "time");
    this.maxWaitNanos = Durations.saturatedNanos(config.maxWait());
    this.slots = new Slots(config.maxConcurrentCalls(), config.maxQueue());
    this.refusals = new Refusals(name, slots);
  }

  /** A bulkhead with the given settings, all of whose slots are free. */
  public static Bulkhead of(String name, BulkheadConfig config) {
    return of(name, config, Time.system());
  }

  /** As {@link #of(String, BulkheadConfig)}, with the given clock, which also keeps the waits. */
  public static Bulkhead of(String name, BulkheadConfig config, Time time) {
    return new Bulkhead(name, config, time);
  }

  /** The name; by custom that of the feature. */
  public String name() {
    return name;
  }

  /** The settings it was made with; {@link #resize} does not change them. */
  public BulkheadConfig config() {
    return config;
  }

  /**
   * Makes a call on the calling thread.
   *
   * @throws BulkheadFullException if the bulkhead refuses the call
   * @throws CancellationException if the thread is interrupted while it waits for a slot; it stays
   *     interrupted
   * @throws E if the call throws it
   */
  public <T extends @Nullable Object, E extends Exception> T call(ThrowingSupplier<T, E> call)
      throws E {
    return call(Deadline.none(), call);
  }

  /** As {@link #call(ThrowingSupplier)}, but waits no longer than until {@code deadline}. */
  public <T extends @Nullable Object, E extends Exception> T call(
      Deadline deadline, ThrowingSupplier<T, E> call) throws E {
    var free = enterIfPossible();
    var entry = free != null ? free : awaitEntryOfCall(deadline);
    try {
      return call.get();
    } finally {
      entry.exit();
    }
  }

  /**
   * Makes a call that answers later, and holds no thread while it waits. Never throws: whatever
   * goes wrong, a {@link BulkheadFullException} included, completes the returned future, with the
   * bare cause and not a {@link java.util.concurrent.CompletionException}. A call that had to wait
   * is started on the thread that gave its slot back.
   *
   * <p>Cancelling the returned future, or completing it in another way, ends the wait or cancels
   * the call's own stage. The slot stays taken until that stage has ended, because a call that goes
   * on in spite of it still burdens the model; a {@link CompletableFuture} ends when it is
   * cancelled. A stage that never ends keeps its slot: give the call a timeout of its own.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call) {
    return callAsync(Deadline.none(), call);
  }

  /** As {@link #callAsync(Supplier)}, but waits no longer than until {@code deadline}. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Deadline deadline, Supplier<? extends CompletionStage<T>> call) {
    return AsyncCall.make(this, deadline, call);
  }

  /**
   * Takes a slot, for code that ends its call elsewhere.
   *
   * @throws BulkheadFullException if the bulkhead refuses the call
   * @throws InterruptedException if the thread is interrupted before or while it waits; a free slot
   *     is taken without a look
   */
  public Slot acquire() throws InterruptedException {
    return acquire(Deadline.none());
  }

  /** As {@link #acquire()}, but waits no longer than until {@code deadline}. */
  public Slot acquire(Deadline deadline) throws InterruptedException {
    return new Slot(enter(deadline));
  }

  /** Takes a slot if one is free and nobody waits for it; otherwise it returns null. */
  public @Nullable Slot tryAcquire() {
    var entry = tryEnter();
    return entry == null ? null : new Slot(entry);
  }

  /**
   * Takes a slot, now or later, and holds no thread while it waits. Never throws: the future
   * completes with a {@link BulkheadFullException} if the bulkhead refuses the call.
   *
   * <p>Cancelling the future, or completing it in another way, leaves the line. Once it has
   * completed with a slot, the slot is the caller's to close.
   *
   * <p><b>Pitfall:</b> a dependent stage runs on the thread that gave the slot back, before that
   * thread hands the next one over; it must not block, least of all for another caller's slot.
   */
  public CompletableFuture<Slot> acquireAsync() {
    return acquireAsync(Deadline.none());
  }

  /** As {@link #acquireAsync()}, but waits no longer than until {@code deadline}. */
  public CompletableFuture<Slot> acquireAsync(Deadline deadline) {
    if (slots.tryEnter()) {
      return CompletableFuture.completedFuture(new Slot(slots));
    }
    long wait;
    try {
      wait = waitNanos(deadline, now());
    } catch (Throwable brokenClock) {
      return CompletableFuture.failedFuture(brokenClock);
    }
    if (wait == 0) {
      return CompletableFuture.failedFuture(refusals.refuse(0));
    }
    var waiter = new PromisedSlot(slots, refusals, handovers);
    return switch (slots.join(waiter)) {
      case ENTERED -> CompletableFuture.completedFuture(new Slot(slots));
      case QUEUED -> waiter.start(time, wait);
      case REFUSED -> CompletableFuture.failedFuture(refusals.refuse(0));
    };
  }

  /**
   * As {@link #acquire()}, in the form that must be given back exactly once.
   *
   * @throws BulkheadFullException if the bulkhead refuses the call
   * @throws InterruptedException as {@link #acquire()} does
   */
  public Entry enter() throws InterruptedException {
    return enter(Deadline.none());
  }

  /** As {@link #enter()}, but waits no longer than until {@code deadline}. */
  public Entry enter(Deadline deadline) throws InterruptedException {
    var free = enterIfPossible();
    return free != null ? free : awaitEntry(deadline);
  }

  /** As {@link #tryAcquire}, in the form that must be given back exactly once. */
  public @Nullable Entry tryEnter() {
    var free = enterIfPossible();
    if (free == null) {
      refusals.refuse();
    }
    return free;
  }

  /** As {@link #tryEnter}, but null refuses nothing: the caller may go on to wait. */
  public @Nullable Entry enterIfPossible() {
    var entered = slots;
    return entered.tryEnter() ? entered : null;
  }

  /**
   * Changes how many calls may be under way at the same time, and never blocks. What this makes
   * free goes to the callers in the line, in order. When the limit shrinks, the calls under way run
   * on; until enough of them have ended, nobody is admitted. The length of the line stays as
   * configured.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public void resize(int maxConcurrentCalls) {
    slots.resize(Require.atLeast(1, "maxConcurrentCalls", maxConcurrentCalls));
  }

  /**
   * All that there is to know. While calls come and go, the number of those who wait may be a
   * moment younger than the rest.
   */
  public BulkheadSnapshot snapshot() {
    var now = slots.occupancy();
    return new BulkheadSnapshot(name, now.limit(), now.running(), now.queued(), refusals.count());
  }

  /**
   * Tells {@code listener} each refused call once, on the refused caller's thread, or on the
   * clock's if a future or a coroutine has waited in vain.
   */
  public Subscription onRejection(Consumer<? super BulkheadRejection> listener) {
    return refusals.listeners.add(listener);
  }

  @Override
  public String toString() {
    var now = slots.occupancy();
    return "Bulkhead[%s, %d of %d]".formatted(name, now.running(), now.limit());
  }

  private Entry awaitEntryOfCall(Deadline deadline) {
    try {
      return awaitEntry(deadline);
    } catch (InterruptedException interrupted) {
      throw Interrupts.cancelled("interrupted while waiting for a slot", interrupted);
    }
  }

  private Entry awaitEntry(Deadline deadline) throws InterruptedException {
    long since = now();
    long wait = waitNanos(deadline, since);
    if (wait == 0) {
      throw refusals.refuse(0);
    }
    var waiter = new ParkedWaiter(slots);
    var joined = slots.join(waiter);
    if (joined == Joined.REFUSED) {
      throw refusals.refuse(0);
    }
    if (joined == Joined.QUEUED && !waiter.await(time, since, wait)) {
      throw refusals.refuse(wait);
    }
    return slots;
  }

  /** The time, unless nobody ever waits: then nothing depends on it. */
  private long now() {
    return maxWaitNanos == 0 ? 0 : time.nanoTime();
  }

  private long waitNanos(Deadline deadline, long now) {
    return maxWaitNanos == 0 ? 0 : Math.min(maxWaitNanos, deadline.remainingNanos(now));
  }
}
