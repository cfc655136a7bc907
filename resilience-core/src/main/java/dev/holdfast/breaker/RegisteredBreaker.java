package dev.holdfast.breaker;

import dev.holdfast.event.Subscription;
import java.util.List;

/**
 * A breaker of the registry, and what ties it to the registry. The breaker refers to it, so it is
 * there for as long as anybody holds the breaker or a call of it.
 */
final class RegisteredBreaker {

  final CircuitBreaker breaker;

  private final List<Subscription> subscriptions;

  RegisteredBreaker(CircuitBreaker breaker, List<Subscription> subscriptions) {
    this.breaker = breaker;
    this.subscriptions = subscriptions;
  }

  /** Lets the breaker say when it has become worth keeping, to its place in the registry. */
  void register(Registration registration) {
    breaker.circuit().events.keeper = () -> registration.keep(this);
  }

  void release() {
    breaker.circuit().events.keeper = BreakerEvents.NOBODY;
    subscriptions.forEach(Subscription::close);
  }

  /**
   * Whether nothing would be lost with it. Good calls alone are nothing to keep: a registry of
   * windows could not shrink otherwise.
   */
  boolean isIdle(CircuitBreakerConfig usual) {
    var circuit = breaker.circuit();
    var known = breaker.snapshot();
    return known.state() == CircuitBreaker.State.CLOSED
        && known.failures() == 0
        && known.failureRate() == 0
        && known.slowCallRate() == 0
        && breaker.config() == usual
        && !circuit.events.hasListeners()
        && !circuit.phase().hasCallsUnderWay();
  }
}
