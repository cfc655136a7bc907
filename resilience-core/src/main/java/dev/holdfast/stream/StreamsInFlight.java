package dev.holdfast.stream;

import dev.holdfast.require.Require;
import dev.holdfast.stream.SharedItems.Seat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Single flight for streams, for drivers: which are in flight that may be shared, one for each key.
 * Safe for use by many threads.
 *
 * @param <T> the items
 */
public final class StreamsInFlight<T extends @Nullable Object> {

  private final ConcurrentMap<Object, SharedItems<T>> inFlight = new ConcurrentHashMap<>();
  private final int mostItems;

  /**
   * Creates it with nothing in flight.
   *
   * @param mostItems how many items are kept for each key in flight
   * @throws IllegalArgumentException if it is not positive
   */
  public StreamsInFlight(int mostItems) {
    this.mostItems = Require.atLeast(1, "mostItems", mostItems);
  }

  /** How many keys are in flight. */
  public int count() {
    return inFlight.size();
  }

  /**
   * A seat in the stream of this key. If there is none in flight, or its beginning is gone, a new
   * one is begun, which the next ones join.
   *
   * @param whenChanged told when more may have arrived, on whatever thread that happens
   * @param begin begins the upstream of a new stream
   */
  public Seat<T> join(Object key, Runnable whenChanged, Consumer<SharedItems<T>> begin) {
    while (true) {
      var present = inFlight.get(key);
      var seat = present == null ? null : present.join(whenChanged);
      if (seat != null) {
        return seat;
      }
      var mine = new SharedItems<T>(mostItems, over -> inFlight.remove(key, over));
      var first = mine.join(whenChanged);
      boolean isPlaced =
          present == null
              ? inFlight.putIfAbsent(key, mine) == null
              : inFlight.replace(key, present, mine);
      if (isPlaced && first != null) {
        begin.accept(mine);
        return first;
      }
    }
  }
}
