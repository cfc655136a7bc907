package dev.holdfast.breaker;

import dev.holdfast.event.Subscription;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A breaker in the registry, and what ties it to the registry. */
final class RegisteredBreaker {

  private enum Use {
    /** Asked for since it was last considered for eviction. */
    ASKED,
    /** Not asked for since then. */
    IDLE,
    /** Handed out no more; it leaves the registry. */
    EVICTED
  }

  final CircuitBreaker breaker;

  private final List<Subscription> subscriptions;
  private final AtomicReference<Use> use = new AtomicReference<>(Use.ASKED);

  RegisteredBreaker(CircuitBreaker breaker, List<Subscription> subscriptions) {
    this.breaker = breaker;
    this.subscriptions = subscriptions;
  }

  /** The breaker, or null if it is evicted. */
  @Nullable CircuitBreaker ask() {
    // Written only when it changes, because all callers of all threads come by here.
    if (use.get() == Use.IDLE) {
      use.compareAndSet(Use.IDLE, Use.ASKED);
    }
    return use.get() == Use.EVICTED ? null : breaker;
  }

  /** Evicts it if nobody asked since the last time, and it knows nothing worth keeping. */
  boolean evictIfIdle() {
    return !use.compareAndSet(Use.ASKED, Use.IDLE)
        && knowsNothing()
        && use.compareAndSet(Use.IDLE, Use.EVICTED);
  }

  void release() {
    subscriptions.forEach(Subscription::close);
  }

  /** Good calls alone are nothing to keep: a registry of windows could not shrink otherwise. */
  private boolean knowsNothing() {
    var known = breaker.snapshot();
    return known.state() == CircuitBreaker.State.CLOSED
        && known.failures() == 0
        && known.failureRate() == 0
        && known.slowCallRate() == 0;
  }
}
