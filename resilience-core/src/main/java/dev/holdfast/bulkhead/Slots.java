package dev.holdfast.bulkhead;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The slots of one bulkhead and the line of those who wait for one. */
final class Slots implements Entry {

  /*
   * All that decides about a slot is in one word:
   *
   *   bit 63: somebody waits │ bits 62..32: limit │ bits 31..0: running
   *
   * While nobody waits, entering is a compare-and-set of the word, leaving is an addition, and there
   * is nothing else to either. An exit too many is taken back by another addition. In between
   * running is negative, which admits nobody, and has borrowed from the limit, which is why a new
   * limit is added as a difference too.
   *
   * The line is guarded by the lock, and under it the bit is set exactly while the line is not
   * empty. While the bit is set nobody enters but from the head of the line, so nobody overtakes.
   * It is set by a compare-and-set that has seen all slots taken, so whoever leaves afterwards sees
   * it and serves the line: nobody who has just joined is overlooked.
   *
   * To serve is one step under the lock: the head leaves the line and is counted as running. Being in
   * the line decides every race: whoever is taken out of it by being served has the slot, even if it
   * times out or is cancelled in that moment, and must use it or give it back; whoever takes itself
   * out before has none.
   *
   * The lock is held for a few assignments only. Waiters hear of their slot after it is released,
   * because what they do then is foreign code.
   */

  private static final long SOMEBODY_WAITS = Long.MIN_VALUE;
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Slots.class, "word", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final int maxQueue;
  private final ReentrantLock lock = new ReentrantLock();
  private final WaitingLine line = new WaitingLine();
  private volatile long word;

  /** The limit in the word. Guarded by the lock. */
  private int limit;

  Slots(int limit, int maxQueue) {
    this.maxQueue = maxQueue;
    this.limit = limit;
    this.word = word(limit);
  }

  /** Takes a slot if one is free and nobody waits for it. */
  boolean tryEnter() {
    while (true) {
      long seen = word;
      if (!hasPlace(seen)) {
        return false;
      }
      if (replace(seen, seen + 1)) {
        return true;
      }
    }
  }

  @Override
  public void exit() {
    long before = (long) WORD.getAndAdd(this, -1L);
    if (running(before) <= 0) {
      takeBackExit();
      throw new IllegalStateException("a slot was given back that nobody had taken");
    }
    if (before < 0) {
      serve();
    }
  }

  /** Takes a slot, or a place at the end of the line. */
  Joined join(Waiter waiter) {
    lock.lock();
    try {
      while (true) {
        long seen = word;
        if (hasPlace(seen)) {
          if (replace(seen, seen + 1)) {
            return Joined.ENTERED;
          }
        } else if (line.size() >= maxQueue) {
          return Joined.REFUSED;
        } else if (seen < 0 || replace(seen, seen | SOMEBODY_WAITS)) {
          line.add(waiter);
          return Joined.QUEUED;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes {@code waiter} out of the line; false if it was handed a slot before. */
  boolean leave(Waiter waiter) {
    lock.lock();
    try {
      boolean left = line.remove(waiter);
      if (left && line.size() == 0) {
        // To add the bit where it is set is to clear it.
        WORD.getAndAdd(this, SOMEBODY_WAITS);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  /** Takes {@code waiter} out of the line, or gives back the slot that it was handed before. */
  void abandon(Waiter waiter) {
    if (!leave(waiter)) {
      exit();
    }
  }

  /** Changes the limit, and gives what this makes free to the line. */
  void resize(int limit) {
    lock.lock();
    try {
      WORD.getAndAdd(this, word(limit) - word(this.limit));
      this.limit = limit;
    } finally {
      lock.unlock();
    }
    serve();
  }

  /** Read without the lock: the number in the line may be a moment younger than the rest. */
  Occupancy occupancy() {
    long seen = word;
    return new Occupancy(limit(seen), running(seen), seen < 0 ? line.size() : 0);
  }

  /** Serves those who came in the meantime and had to wait for this. */
  private void takeBackExit() {
    if ((long) WORD.getAndAdd(this, 1L) < 0) {
      serve();
    }
  }

  /** Gives the free slots to those at the head of the line. */
  private void serve() {
    for (var head = nextServed(); head != null; head = nextServed()) {
      head.granted();
    }
  }

  private @Nullable Waiter nextServed() {
    if (!isHeadDue(word)) {
      return null;
    }
    lock.lock();
    try {
      if (!isHeadDue(word)) {
        return null;
      }
      var head = line.poll();
      WORD.getAndAdd(this, line.size() == 0 ? SOMEBODY_WAITS + 1 : 1L);
      return head;
    } finally {
      lock.unlock();
    }
  }

  private boolean replace(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  private static boolean hasPlace(long word) {
    // The upper half is negative, and so less than any number, while somebody waits.
    return running(word) >= 0 && running(word) < (int) (word >> 32);
  }

  private static boolean isHeadDue(long word) {
    return word < 0 && running(word) >= 0 && running(word) < limit(word);
  }

  private static int running(long word) {
    return (int) word;
  }

  private static int limit(long word) {
    return (int) (word >>> 32) & Integer.MAX_VALUE;
  }

  private static long word(int limit) {
    return (long) limit << 32;
  }
}
