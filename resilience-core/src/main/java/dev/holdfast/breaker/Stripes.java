package dev.holdfast.breaker;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A count that many threads add to without meeting each other: each has a place of its own, mostly.
 */
final class Stripes {

  /**
   * Longs between two places, so that they do not share a cache line or the one fetched beside it.
   * As many come before the first place: beside them is the length, which every access reads.
   */
  private static final int PADDING = 16;

  private final AtomicLongArray places;
  private final int shift;

  Stripes() {
    int processors = Runtime.getRuntime().availableProcessors();
    int bits = 32 - Integer.numberOfLeadingZeros(Math.min(32, 2 * processors) - 1);
    this.places = new AtomicLongArray(((1 << bits) + 1) * PADDING);
    this.shift = 32 - bits;
  }

  /** The number of places. */
  int count() {
    return places.length() / PADDING - 1;
  }

  /** Adds one, and returns how many had been added to the thread's place since it was drained. */
  long add() {
    int hash = (int) Thread.currentThread().getId() * 0x9E3779B9;
    return places.getAndIncrement(((hash >>> shift) + 1) * PADDING);
  }

  /** Takes all that was added. Nothing is lost to an addition at the same time. */
  long drain() {
    long sum = 0;
    for (int place = PADDING; place < places.length(); place += PADDING) {
      if (places.get(place) != 0) {
        sum += places.getAndSet(place, 0);
      }
    }
    return sum;
  }
}
