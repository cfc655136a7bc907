package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.event.Subscription;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What one breaker counts and tells. */
final class BreakerEvents {

  static final Runnable NOBODY = () -> {};

  final TransitionFeed transitions = new TransitionFeed();
  final Listeners<CallRejection> rejections = new Listeners<>();
  final Listeners<ProbeSettled> settledProbes = new Listeners<>();
  final Listeners<ThresholdExceeded> exceeded = new Listeners<>();

  /** Is told whenever the breaker has come to know something, or somebody has changed it. */
  volatile Runnable keeper = NOBODY;

  private final AtomicInteger listening = new AtomicInteger();
  private final String name;
  private final LongAdder rejectedCalls = new LongAdder();
  private final LongAdder staleResults = new LongAdder();

  BreakerEvents(String name) {
    this.name = name;
  }

  /** Adds a listener of the user's. */
  <E> Subscription listen(Listeners<E> to, Consumer<? super E> listener) {
    var subscription = to.add(listener);
    var listens = new AtomicBoolean(true);
    listening.incrementAndGet();
    keeper.run();
    return () -> {
      subscription.close();
      if (listens.compareAndSet(true, false)) {
        listening.decrementAndGet();
      }
    };
  }

  /** Whether a user listens. */
  boolean hasListeners() {
    return listening.get() != 0;
  }

  CircuitBreakerSnapshot snapshot(Phase current, long now) {
    var tally = current instanceof Closed closed ? closed.tally() : Tally.NONE;
    return new CircuitBreakerSnapshot(
        name,
        current.state(),
        current.generation,
        tally.calls(),
        current instanceof Closed closed ? closed.failures(tally) : current.failures(),
        tally.failureRate(),
        tally.slowRate(),
        rejectedCalls.sum(),
        staleResults.sum(),
        Duration.ofNanos(current.retryAfterNanos(now)));
  }

  void stale() {
    staleResults.increment();
  }

  /** Counts and tells a refused call, and throws it if that is how it is refused. */
  void refused(Phase current, long now, Refusal refusal) {
    rejectedCalls.increment();
    long retryAfter = current.retryAfterNanos(now);
    if (!rejections.isEmpty()) {
      rejections.publish(new CallRejection(name, current.state(), Duration.ofNanos(retryAfter)));
    }
    if (refusal.isThrown()) {
      throw new CircuitOpenException(name, current.state(), retryAfter);
    }
  }

  void moved(Phase from, Phase to, int failures, Duration wait) {
    keeper.run();
    transitions.offer(
        new StateTransition(name, from.state(), to.state(), to.generation, failures, wait));
  }

  void settled(HalfOpen of) {
    if (!settledProbes.isEmpty()) {
      settledProbes.publish(new ProbeSettled(name, of.generation));
    }
  }

  void exceeded(Closed in) {
    if (!exceeded.isEmpty()) {
      var tally = in.tally();
      exceeded.publish(
          new ThresholdExceeded(
              name, in.state(), in.failures(tally), tally.failureRate(), tally.slowRate()));
    }
  }
}
