package dev.holdfast;

import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Interrupts the threads of attempts that take too long, by one timer for all of them. */
final class AttemptWatch {

  /*
   * A timer for each attempt would cost more than the rest of a call that is answered at once. So
   * an attempt only writes itself into a place that is free, and takes itself out again. While
   * there are attempts there is a look, at the earliest time at which one of them may be over; it
   * interrupts those whose time is over, and leaves another look behind for those that are left.
   *
   *   attempt: write the place, then read the next look    ┐ each sees what the other wrote,
   *   look:    take itself away, then read the places      ┘ or comes after it
   *
   * An attempt whose time is over before the next look puts an earlier one in its place. The later
   * one looks all the same: if the clock took no timer for the earlier one, it is all there is.
   * Where no place is free near the one that its thread begins at, an attempt has a timer of its
   * own.
   */

  /** A power of two. Places are scattered by thread, and there are more threads than this hold. */
  static final int PLACES = 64;

  private static final int TRIES = 4;

  /** In nanoseconds; more than a century, and far from where differences overflow. */
  private static final long LONGEST = Long.MAX_VALUE / 2;

  /** References in a cache line, so that two places do not share one. */
  static final int APART = 16;

  private final Time time;
  private final AtomicReferenceArray<@Nullable TimedAttempt> places =
      new AtomicReferenceArray<>(PLACES * APART);
  private final AtomicReference<@Nullable Look> next = new AtomicReference<>();

  AttemptWatch(Time time) {
    this.time = time;
  }

  /**
   * Watches an attempt of the owner that begins on the calling thread now, until it is stopped. If
   * the place where it begins to look holds another one of this thread, it is inside that one.
   */
  TimedAttempt start(Resilience owner, Duration timeout, long now) {
    long end = now + Math.min(LONGEST, Durations.saturatedNanos(timeout));
    var thread = Thread.currentThread();
    int first = scattered(thread);
    for (int i = 0; i < TRIES; i++) {
      int place = place(first + i);
      var present = places.getPlain(place);
      if (present == null) {
        var attempt = new TimedAttempt(thread, end, owner, place);
        if (places.compareAndSet(place, null, attempt)) {
          lookBy(attempt, timeout);
          return attempt;
        }
      } else if (present.isOn(thread)) {
        StackedRetries.notice(present.owner, owner);
      }
    }
    var attempt = new TimedAttempt(thread, end, owner, TimedAttempt.NO_PLACE);
    attempt.timer = time.schedule(timeout, attempt::fire);
    return attempt;
  }

  /** Who has the thread in an attempt, as far as the first place that it looks at tells. */
  @Nullable Resilience ownerOn(Thread thread) {
    var present = places.getPlain(place(scattered(thread)));
    return present != null && present.isOn(thread) ? present.owner : null;
  }

  /**
   * One of this thread has ended; those around it that are found where it begins to look have not.
   */
  void interruptAround(Thread thread) {
    int first = scattered(thread);
    for (int i = 0; i < TRIES; i++) {
      var present = places.get(place(first + i));
      if (present != null && present.isOn(thread)) {
        present.interruptAgain();
      }
    }
  }

  /** The attempt at this place has stopped. */
  void free(int place) {
    places.setRelease(place, null);
  }

  private void lookBy(TimedAttempt attempt, Duration timeout) {
    var look = next.get();
    if (look == null || look.at - attempt.end > 0) {
      try {
        schedule(attempt.end, timeout);
      } catch (Throwable refused) {
        free(attempt.place);
        throw refused;
      }
    }
  }

  /** Sees to it that there is a look by then. */
  private void schedule(long at, Duration delay) {
    var mine = new Look(at);
    Look present;
    do {
      present = next.get();
      if (present != null && present.at - at <= 0) {
        return;
      }
    } while (!next.compareAndSet(present, mine));
    try {
      time.schedule(delay, mine);
    } catch (Throwable refused) {
      next.compareAndSet(mine, null);
      throw refused;
    }
  }

  static int place(int number) {
    return (number & (PLACES - 1)) * APART;
  }

  static int scattered(Thread thread) {
    return (int) ((thread.getId() * 0x9E3779B97F4A7C15L) >>> 32);
  }

  /** One look at all the places. */
  private final class Look implements Runnable {

    private final long at;

    private Look(long at) {
      this.at = at;
    }

    @Override
    public void run() {
      next.compareAndSet(this, null);
      long now = now();
      long shortest = Long.MAX_VALUE;
      for (int place = 0; place < PLACES * APART; place += APART) {
        var attempt = places.get(place);
        if (attempt != null) {
          long left = attempt.end - now;
          if (left <= 0) {
            attempt.fire();
          } else {
            shortest = Math.min(shortest, left);
          }
        }
      }
      if (shortest < Long.MAX_VALUE) {
        schedule(now + shortest, Duration.ofNanos(shortest));
      }
    }

    /** If the clock cannot be read, it is at least as late as this was to be. */
    private long now() {
      try {
        return time.nanoTime();
      } catch (Throwable broken) {
        return at;
      }
    }
  }
}
