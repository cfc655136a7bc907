package dev.holdfast.testkit;

import dev.holdfast.time.Durations;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it. {@link #advance} runs the scheduled tasks that fall
 * due, each at its own moment, in order, on the calling thread. {@link #sleep} advances the time
 * instead of holding the thread.
 *
 * <p>The clock starts close to the overflow of {@code long}, so that code which compares readings
 * instead of subtracting them fails its tests.
 *
 * <p>Safe for use by many threads; the tasks run outside its lock.
 */
public final class ManualTime implements Time {

  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

  private final Object lock = new Object();
  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(
          Comparator.comparingLong((Entry entry) -> entry.at)
              .thenComparingLong(entry -> entry.number));
  private final List<Duration> sleeps = new ArrayList<>();
  private long elapsed;
  private long entries;

  @Override
  public long nanoTime() {
    synchronized (lock) {
      return START + elapsed;
    }
  }

  /** Advances the time by {@code duration} and remembers it. */
  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    synchronized (lock) {
      sleeps.add(duration);
    }
    advance(duration);
  }

  @Override
  public ScheduledTask schedule(Duration delay, Runnable task) {
    synchronized (lock) {
      var entry = new Entry(after(delay), entries++, task);
      queue.add(entry);
      return () -> {
        entry.done.set(true);
        synchronized (lock) {
          queue.remove(entry);
        }
      };
    }
  }

  /** Moves the time on by {@code duration}, and runs what falls due on the way. */
  public void advance(Duration duration) {
    long end;
    synchronized (lock) {
      end = after(duration);
    }
    for (var due = nextDue(end); due != null; due = nextDue(end)) {
      if (due.done.compareAndSet(false, true)) {
        due.task.run();
      }
    }
    synchronized (lock) {
      elapsed = Math.max(elapsed, end);
    }
  }

  /** The time that has passed since this clock was made. */
  public Duration elapsed() {
    synchronized (lock) {
      return Duration.ofNanos(elapsed);
    }
  }

  /** The number of tasks that still wait for their time. */
  public int scheduled() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /** What {@link #sleep} was asked for so far, in order. */
  public List<Duration> sleeps() {
    synchronized (lock) {
      return List.copyOf(sleeps);
    }
  }

  private long after(Duration delay) {
    long nanos = Durations.saturatedNanos(delay);
    return nanos > Long.MAX_VALUE - elapsed ? Long.MAX_VALUE : elapsed + nanos;
  }

  private @Nullable Entry nextDue(long end) {
    synchronized (lock) {
      var head = queue.peek();
      if (head == null || head.at > end) {
        return null;
      }
      queue.remove();
      elapsed = Math.max(elapsed, head.at);
      return head;
    }
  }

  private static final class Entry {
    private final long at;
    private final long number;
    private final Runnable task;
    private final AtomicBoolean done = new AtomicBoolean();

    private Entry(long at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }
  }
}
