package dev.holdfast.breaker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls under way that have given no content yet. There is no timer: whoever starts a call
 * looks whether too many hang, but not more often than {@link #LOOKS} times in the time that makes
 * a call hang.
 */
final class HangWatch {

  private static final int LOOKS = 8;

  private final Set<TimedCall> calls = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastLook;
  private volatile boolean hangs;

  HangWatch(long now) {
    this.lastLook = new AtomicLong(now);
  }

  void add(TimedCall call) {
    calls.add(call);
  }

  void remove(TimedCall call) {
    calls.remove(call);
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** Whether too many hung when it last looked. */
  boolean hangs() {
    return hangs;
  }

  /** Whether it looked, and {@code threshold} calls or more are as old as {@code hangNanos}. */
  boolean tooManyHang(int threshold, long hangNanos, long now) {
    long last = lastLook.get();
    if (now - last < hangNanos / LOOKS || !lastLook.compareAndSet(last, now)) {
      return false;
    }
    hangs =
        calls.stream().filter(call -> call.ageNanos(now) >= hangNanos).limit(threshold).count()
            >= threshold;
    return hangs;
  }
}
