package dev.holdfast;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * On which threads attempts of futures are being started, so that a call which is made there
 * meanwhile is known to be inside one.
 */
final class AttemptStarts {

  /*
   * A thread writes the driver into its place, and takes it out again if it is still there. Of two
   * threads that share a place one may not be seen, which costs no more than a warning; but as each
   * clears what it wrote itself, none is ever seen that is not there.
   */

  private final AtomicReferenceArray<@Nullable FuturesDriver<?>> places =
      new AtomicReferenceArray<>(AttemptWatch.PLACES * AttemptWatch.APART);

  /** The driver starts an attempt on this thread, until {@link #end}. */
  void begin(FuturesDriver<?> driver, Thread thread) {
    driver.startsOn = thread;
    places.setOpaque(place(thread), driver);
  }

  void end(FuturesDriver<?> driver, Thread thread) {
    driver.startsOn = null;
    int place = place(thread);
    if (places.getOpaque(place) == driver) {
      places.setOpaque(place, null);
    }
  }

  /** Who is starting an attempt on this thread; null if nobody is, or nobody that is seen. */
  @Nullable Resilience ownerOn(Thread thread) {
    var driver = places.getOpaque(place(thread));
    return driver != null && driver.startsOn == thread ? driver.owner : null;
  }

  private static int place(Thread thread) {
    return AttemptWatch.place(AttemptWatch.scattered(thread));
  }
}
