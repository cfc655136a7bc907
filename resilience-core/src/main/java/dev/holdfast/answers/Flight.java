package dev.holdfast.answers;

import dev.holdfast.stage.Stages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One upstream call and those who wait for it. Its lock guards the seats only: nothing that is not
 * ours runs under it.
 */
final class Flight<T> {

  private final Consumer<Flight<T>> whenOver;
  private final Map<Integer, CompletableFuture<Reply<T>>> seats = new LinkedHashMap<>();
  private int boarded;
  private boolean over;
  private volatile @Nullable CompletableFuture<Reply<T>> upstream;

  /**
   * Creates a flight without passengers.
   *
   * @param whenOver makes room for the next flight; told before anybody who waits for this one
   */
  Flight(Consumer<Flight<T>> whenOver) {
    this.whenOver = whenOver;
  }

  /**
   * A place to wait for the reply. Cancelling it, or completing it from elsewhere, is leaving.
   *
   * @return null if the flight is over
   */
  @Nullable CompletableFuture<Reply<T>> board() {
    var seat = new CompletableFuture<Reply<T>>();
    int number;
    synchronized (seats) {
      if (over) {
        return null;
      }
      number = boarded++;
      seats.put(number, seat);
    }
    seat.whenComplete((reply, thrown) -> leave(number));
    return seat;
  }

  /** Makes the upstream call. Only who created the flight does, and has boarded it before. */
  void start(Supplier<CompletableFuture<Reply<T>>> call) {
    CompletableFuture<Reply<T>> begun;
    try {
      begun = call.get();
    } catch (Throwable thrown) {
      begun = CompletableFuture.failedFuture(thrown);
    }
    upstream = begun;
    if (isOver()) {
      begun.cancel(true);
    }
    begun.whenComplete(this::land);
  }

  private void land(@Nullable Reply<T> reply, @Nullable Throwable thrown) {
    List<CompletableFuture<Reply<T>>> waiting;
    synchronized (seats) {
      if (over) {
        return;
      }
      over = true;
      waiting = new ArrayList<>(seats.values());
      seats.clear();
    }
    whenOver.accept(this);
    for (var seat : waiting) {
      if (reply != null) {
        seat.complete(reply);
      } else {
        seat.completeExceptionally(thrown == null ? noReply() : Stages.bare(thrown));
      }
    }
  }

  private void leave(int number) {
    synchronized (seats) {
      if (seats.remove(number) == null || !seats.isEmpty()) {
        return;
      }
      over = true;
    }
    whenOver.accept(this);
    var begun = upstream;
    if (begun != null) {
      begun.cancel(true);
    }
  }

  private boolean isOver() {
    synchronized (seats) {
      return over;
    }
  }

  private static Throwable noReply() {
    return new IllegalStateException("a flight must end with a reply or a failure, but had none");
  }
}
