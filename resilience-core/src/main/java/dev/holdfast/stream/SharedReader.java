package dev.holdfast.stream;

import dev.holdfast.stream.SharedItems.Seat;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One subscriber of a shared stream. It joins with its first request, and leaves alone. */
final class SharedReader<T> implements Subscription {

  /** A batch is passed on before the next is looked for, so that the upstream gets room in time. */
  private static final int MOST_AT_ONCE = 64;

  private final Function<Runnable, Seat<T>> joins;
  private final Outlet<T> outlet;
  private final Mailbox mailbox = new Mailbox(this::broken);

  private @Nullable Seat<T> seat;

  /**
   * Creates a reader.
   *
   * @param joins gives its seat, to someone who tells when more has arrived
   */
  SharedReader(Function<Runnable, Seat<T>> joins, Outlet<T> outlet) {
    this.joins = joins;
    this.outlet = outlet;
  }

  @Override
  public void request(long items) {
    mailbox.run(
        () -> {
          if (outlet.request(items, this::leave)) {
            join();
            flow();
          }
        });
  }

  @Override
  public void cancel() {
    outlet.cancel();
    mailbox.run(this::leave);
  }

  private void join() {
    if (seat == null) {
      seat = joins.apply(() -> mailbox.run(this::flow));
    }
  }

  private void flow() {
    var mine = seat;
    if (mine == null) {
      return;
    }
    int passed;
    do {
      passed = pass(mine);
      mine.passed(passed);
    } while (passed > 0);
    if (!outlet.isOpen()) {
      leave();
    } else if (mine.isAtEnd()) {
      end(mine.failure());
    }
  }

  /** Passes on some of what is wanted; how many items. */
  private int pass(Seat<T> mine) {
    int passed = 0;
    for (var item : mine.arrived((int) Math.min(outlet.demand(), MOST_AT_ONCE))) {
      if (!outlet.isOpen()) {
        break;
      }
      outlet.next(item);
      passed++;
    }
    return passed;
  }

  private void end(@Nullable Throwable failure) {
    leave();
    if (failure == null) {
      outlet.complete();
    } else {
      outlet.fail(failure);
    }
  }

  private void leave() {
    var left = seat;
    seat = null;
    if (left != null) {
      left.leave();
    }
  }

  /** The stream cannot be joined, or the consumer throws at its end. */
  private void broken(Throwable thrown) {
    leave();
    if (outlet.isOpen()) {
      outlet.fail(thrown);
    } else {
      Mailbox.report(thrown);
    }
  }
}
