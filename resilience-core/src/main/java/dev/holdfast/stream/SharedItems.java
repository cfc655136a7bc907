package dev.holdfast.stream;

import dev.holdfast.thrown.Cancellations;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The items of one stream and those who share it, for drivers: one brings the items from upstream,
 * and each {@link Seat} passes them on at its own pace. Safe for use by many threads. Its lock
 * guards the items and the seats; nothing that is not ours runs under it.
 *
 * @param <T> the items
 */
public final class SharedItems<T extends @Nullable Object> {

  private final int mostItems;
  private final Consumer<SharedItems<T>> whenOver;
  private final Object lock = new Object();
  private final List<T> items = new ArrayList<>();
  private final Set<Seat<T>> seats = new LinkedHashSet<>();

  /** How many items were forgotten before the first in {@link #items}. */
  private long forgotten;

  private boolean over;
  private @Nullable Throwable failure;
  private @Nullable Runnable whenRoom;
  private @Nullable Runnable cancellation;

  /**
   * Creates a stream that has not begun.
   *
   * @param whenOver makes room for the next one; told before anybody who shares this one
   */
  SharedItems(int mostItems, Consumer<SharedItems<T>> whenOver) {
    this.mostItems = mostItems;
    this.whenOver = whenOver;
  }

  /** A place at the first item; null if it is over or the first item is forgotten. */
  @Nullable Seat<T> join(Runnable whenChanged) {
    synchronized (lock) {
      if (over || forgotten > 0) {
        return null;
      }
      var seat = new Seat<>(this, whenChanged);
      seats.add(seat);
      return seat;
    }
  }

  /**
   * The upstream begins.
   *
   * @param whenRoom told when there may be room again for an item
   * @param cancellation ends the upstream, because nobody shares it any more; perhaps at once
   */
  public void begins(Runnable whenRoom, Runnable cancellation) {
    synchronized (lock) {
      this.whenRoom = whenRoom;
      this.cancellation = cancellation;
      if (!over || failure != null || !seats.isEmpty()) {
        return;
      }
    }
    cancellation.run();
  }

  /** For how many items there is room, if what all have passed on is forgotten. */
  public int room() {
    synchronized (lock) {
      long kept = forgotten + items.size() - (seats.isEmpty() ? forgotten : slowest());
      return over ? 0 : (int) (mostItems - kept);
    }
  }

  /** Takes an item, unless there is no room for it; whether it did. */
  public boolean offer(T item) {
    List<Seat<T>> told;
    synchronized (lock) {
      forgetRead();
      if (items.size() >= mostItems) {
        return false;
      }
      items.add(item);
      told = new ArrayList<>(seats);
    }
    told.forEach(Seat::changed);
    return true;
  }

  /** The upstream has ended, by this failure if it is not null. */
  public void end(@Nullable Throwable thrown) {
    List<Seat<T>> told;
    synchronized (lock) {
      if (over) {
        return;
      }
      over = true;
      // Nobody who shares it was cancelled, so nobody may be told that he was.
      failure = thrown == null ? null : Cancellations.notOfCaller(thrown);
      told = new ArrayList<>(seats);
    }
    whenOver.accept(this);
    told.forEach(Seat::changed);
  }

  /** Forgets what all have read, but not before it is too much for anyone to come late to. */
  private void forgetRead() {
    if (seats.isEmpty() || (items.size() < mostItems && forgotten == 0)) {
      return;
    }
    long slowest = slowest();
    items.subList(0, (int) (slowest - forgotten)).clear();
    forgotten = slowest;
  }

  private long slowest() {
    long slowest = Long.MAX_VALUE;
    for (var seat : seats) {
      slowest = Math.min(slowest, seat.next);
    }
    return slowest;
  }

  private void passed(Seat<T> seat, int count) {
    Runnable told;
    synchronized (lock) {
      seat.next += count;
      told = whenRoom;
    }
    if (told != null && count > 0) {
      told.run();
    }
  }

  private void leave(Seat<T> seat) {
    boolean isLast;
    Runnable told;
    synchronized (lock) {
      if (!seats.remove(seat)) {
        return;
      }
      isLast = seats.isEmpty() && !over;
      over = over || isLast;
      told = isLast ? cancellation : whenRoom;
    }
    if (isLast) {
      whenOver.accept(this);
    }
    if (told != null) {
      told.run();
    }
  }

  /**
   * One who shares the stream, and has passed on the items before {@link #next}. Used by one thread
   * at a time.
   *
   * @param <T> the items
   */
  public static final class Seat<T extends @Nullable Object> {

    private final SharedItems<T> of;
    private final Runnable whenChanged;

    /** Guarded by the lock of the items. */
    private long next;

    private Seat(SharedItems<T> of, Runnable whenChanged) {
      this.of = of;
      this.whenChanged = whenChanged;
    }

    /**
     * Some of what has arrived and is not passed on, {@code most} at most; it is kept till then.
     */
    public List<T> arrived(int most) {
      synchronized (of.lock) {
        int from = (int) (next - of.forgotten);
        return new ArrayList<>(of.items.subList(from, Math.min(of.items.size(), from + most)));
      }
    }

    /** So many more of the items were passed on. */
    public void passed(int count) {
      of.passed(this, count);
    }

    /** Whether all was passed on that there will ever be. */
    public boolean isAtEnd() {
      synchronized (of.lock) {
        return of.over && next - of.forgotten == of.items.size();
      }
    }

    /** What the stream has failed with, for all who share it; null if it has not. */
    public @Nullable Throwable failure() {
      synchronized (of.lock) {
        return of.failure;
      }
    }

    /** Wants no more; the upstream is cancelled with the last. A second time does nothing. */
    public void leave() {
      of.leave(this);
    }

    private void changed() {
      whenChanged.run();
    }
  }
}
