package dev.holdfast.answers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** The questions in flight: one upstream call for each. */
final class Flights<T> {

  private final ConcurrentMap<RequestKey, Flight<T>> inFlight = new ConcurrentHashMap<>();
  private final LongAdder joined;

  Flights(LongAdder joined) {
    this.joined = joined;
  }

  int count() {
    return inFlight.size();
  }

  /** Waits with the others who ask the same, or makes the upstream call if there are none. */
  CompletableFuture<Reply<T>> share(
      RequestKey key, Supplier<CompletableFuture<Reply<T>>> upstream) {
    while (true) {
      var present = inFlight.get(key);
      if (present == null) {
        var mine = new Flight<T>(over -> inFlight.remove(key, over));
        var seat = mine.board();
        present = inFlight.putIfAbsent(key, mine);
        if (present == null && seat != null) {
          mine.start(upstream);
          return seat;
        }
      }
      var seat = present == null ? null : present.board();
      if (seat != null) {
        joined.increment();
        return seat;
      }
      // It is over and about to make room; whoever is first makes it.
      if (present != null) {
        inFlight.remove(key, present);
      }
    }
  }
}
