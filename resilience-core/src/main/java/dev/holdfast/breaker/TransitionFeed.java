package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.log.Log;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Logs a breaker's transitions and tells its listeners, one at a time and in the order in which
 * they happened, on the threads that caused them. A thread whose transition comes while another one
 * is telling leaves its own to that one and goes on.
 */
final class TransitionFeed {

  private static final Log LOG = Log.of("dev.holdfast.breaker");

  final Listeners<StateTransition> listeners = new Listeners<>();

  private final ConcurrentMap<Long, StateTransition> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger offers = new AtomicInteger();

  /** The generation to tell next. Only the thread that is telling touches it. */
  private long next = 1;

  /** Each generation from one on is offered exactly once, but two threads may swap their order. */
  void offer(StateTransition transition) {
    waiting.put(transition.generation(), transition);
    if (offers.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      tellWaiting();
      seen = offers.addAndGet(-seen);
    } while (seen != 0);
  }

  private void tellWaiting() {
    for (var due = waiting.remove(next); due != null; due = waiting.remove(next)) {
      next++;
      log(due);
      listeners.publish(due);
    }
  }

  private static void log(StateTransition due) {
    var level = due.to() == CircuitBreaker.State.OPEN ? Level.WARNING : Level.INFO;
    LOG.write(
        level,
        () ->
            "Circuit breaker '%s' went from %s to %s; failures: %d; refuses calls for %s"
                .formatted(due.name(), due.from(), due.to(), due.failures(), due.retryAfter()));
  }
}
