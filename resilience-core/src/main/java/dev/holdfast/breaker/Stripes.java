package dev.holdfast.breaker;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A count that many threads add to without meeting each other: each has a place of its own, mostly.
 */
final class Stripes {

  /**
   * Longs between two places, so that they do not share a cache line or the one fetched beside it.
   */
  private static final int PADDING = 16;

  private final AtomicLongArray places;
  private final int shift;

  Stripes() {
    int processors = Runtime.getRuntime().availableProcessors();
    int bits = 32 - Integer.numberOfLeadingZeros(Math.min(32, 2 * processors) - 1);
    this.places = new AtomicLongArray((1 << bits) * PADDING);
    this.shift = 32 - bits;
  }

  /** Adds one, and returns how many had been added to the thread's place since it was drained. */
  long add() {
    int hash = (int) Thread.currentThread().getId() * 0x9E3779B9;
    return places.getAndIncrement((hash >>> shift) * PADDING);
  }

  /** Takes all that was added. Nothing is lost to an addition at the same time. */
  long drain() {
    long sum = 0;
    for (int place = 0; place < places.length(); place += PADDING) {
      if (places.get(place) != 0) {
        sum += places.getAndSet(place, 0);
      }
    }
    return sum;
  }
}
