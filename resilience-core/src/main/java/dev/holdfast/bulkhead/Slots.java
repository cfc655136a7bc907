package dev.holdfast.bulkhead;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The slots of one bulkhead and the line of those who wait for one. */
final class Slots {

  /*
   * All that decides about a slot is in one word:
   *
   *   bit 63: somebody waits │ bits 62..32: limit │ bits 31..0: running
   *
   * While nobody waits, entering and leaving are a compare-and-set of the word and nothing else.
   * The line is guarded by the lock, and the bit is set exactly while the line is not empty. While
   * it is set, no compare-and-set without the lock succeeds: who wants to enter must join the line,
   * and who leaves must take the lock and look at the line. So nobody overtakes the line, and nobody
   * who has just joined it is overlooked.
   *
   * While somebody waits, running is not less than the limit. A slot that becomes free is handed to
   * the head of the line in one step: running stays as it is and the head leaves the line. Being in
   * the line decides every race: whoever is taken out of it by the hand-over has the slot, even if it
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

  Slots(int limit, int maxQueue) {
    this.maxQueue = maxQueue;
    this.word = pack(limit, 0);
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

  /** Gives a slot back; exactly once for each that was taken. */
  void exit() {
    while (true) {
      long seen = word;
      if (running(seen) == 0) {
        throw new IllegalStateException("a slot was given back that nobody had taken");
      }
      if (seen < 0) {
        exitToLine();
        return;
      }
      if (replace(seen, seen - 1)) {
        return;
      }
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
      if (left) {
        clearBitIfEmpty(word);
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

  /** Changes the limit, and hands what this makes free to the line. */
  void resize(int limit) {
    var heads = new ArrayList<Waiter>();
    lock.lock();
    try {
      long seen = word;
      while (!replace(seen, pack(limit, running(seen)) | (seen & SOMEBODY_WAITS))) {
        seen = word;
      }
      fillFreeSlots(heads);
    } finally {
      lock.unlock();
    }
    heads.forEach(Waiter::granted);
  }

  /** Read without the lock: the number in the line may be a moment younger than the rest. */
  Occupancy occupancy() {
    long seen = word;
    return new Occupancy(limit(seen), running(seen), seen < 0 ? line.size() : 0);
  }

  private void exitToLine() {
    Waiter head = null;
    lock.lock();
    try {
      while (true) {
        long seen = word;
        if (seen < 0 && running(seen) <= limit(seen)) {
          head = line.poll();
          clearBitIfEmpty(seen);
          break;
        }
        if (replace(seen, seen - 1)) {
          break;
        }
      }
    } finally {
      lock.unlock();
    }
    tell(head);
  }

  private void fillFreeSlots(List<Waiter> heads) {
    for (long seen = word; seen < 0 && running(seen) < limit(seen); seen = word) {
      var head = line.poll();
      if (head != null) {
        heads.add(head);
      }
      clearBitIfEmpty(seen + 1);
    }
  }

  /** Sets the word, whose bit is set, and clears the bit if the line is empty. */
  private void clearBitIfEmpty(long next) {
    word = line.size() == 0 ? next & ~SOMEBODY_WAITS : next;
  }

  private boolean replace(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  private static void tell(@Nullable Waiter head) {
    if (head != null) {
      head.granted();
    }
  }

  private static boolean hasPlace(long word) {
    return word >= 0 && running(word) < limit(word);
  }

  private static int running(long word) {
    return (int) word;
  }

  private static int limit(long word) {
    return (int) (word >>> 32) & Integer.MAX_VALUE;
  }

  private static long pack(int limit, int running) {
    return ((long) limit << 32) | running;
  }
}
