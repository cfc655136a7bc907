package dev.holdfast.breaker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The numbers of the last calls that failed (or were slow), for a window of the last {@code size}
 * calls. That a rate is reached is asked of one entry: {@code n} of the calls in the window failed
 * if, and only if, the {@code n}-th last failure is in it.
 */
final class TroubleRing {

  private final int size;
  private final AtomicLong written = new AtomicLong();

  /** The number of a call plus one; zero in a place that was never used. */
  private final AtomicLongArray places;

  TroubleRing(int size) {
    this.size = size;
    this.places = new AtomicLongArray(size);
  }

  void add(long call) {
    places.set((int) (written.getAndIncrement() % size), call + 1);
  }

  /** The {@code n}-th last entry: the number of its call plus one; zero if there is none. */
  long last(int n) {
    while (n <= size) {
      long nth = written.get() - n;
      if (nth < 0) {
        return 0;
      }
      long entry = places.get((int) (nth % size));
      // A later entry may have taken the place before it was read.
      if (written.get() - nth <= size) {
        return entry;
      }
    }
    return 0;
  }

  /** The entries among the last calls, of which {@code calls} is the count. */
  int count(long calls) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      long place = places.get(i);
      // Above the count are those that came after it was read.
      if (place > Math.max(0, calls - size) && place <= calls) {
        count++;
      }
    }
    return count;
  }
}
