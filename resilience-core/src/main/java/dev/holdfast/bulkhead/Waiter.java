package dev.holdfast.bulkhead;

import org.jspecify.annotations.Nullable;

/** One caller in the line of a bulkhead. Its links belong to the {@link WaitingLine}. */
abstract class Waiter {

  @Nullable Waiter ahead;
  @Nullable Waiter behind;
  boolean queued;

  /** Hears, under no lock, that a slot was handed to it; it has left the line. */
  abstract void granted();
}
