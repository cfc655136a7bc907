package dev.holdfast.breaker;

import dev.holdfast.event.Subscription;
import java.util.List;

/** A breaker in the registry, and what ties it to the registry. */
final class RegisteredBreaker {

  final CircuitBreaker breaker;

  private final List<Subscription> subscriptions;

  /** Whether it was asked for since it was last considered for eviction. */
  private volatile boolean wasAskedFor = true;

  RegisteredBreaker(CircuitBreaker breaker, List<Subscription> subscriptions) {
    this.breaker = breaker;
    this.subscriptions = subscriptions;
  }

  CircuitBreaker ask() {
    // Written only when it changes, because all callers of all threads come by here.
    if (!wasAskedFor) {
      wasAskedFor = true;
    }
    return breaker;
  }

  /** Whether it may go: nobody asked since the last time, and it knows nothing worth keeping. */
  boolean isIdle() {
    boolean asked = wasAskedFor;
    wasAskedFor = false;
    return !asked && breaker.state() == CircuitBreaker.State.CLOSED && breaker.failures() == 0;
  }

  void release() {
    subscriptions.forEach(Subscription::close);
  }
}
