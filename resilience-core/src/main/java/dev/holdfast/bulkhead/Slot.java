package dev.holdfast.bulkhead;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The right to have one call under way. {@link #close} gives it back, to the caller who has waited
 * longest if there is one; closing it again does nothing, so no bulkhead ever has more slots than
 * its limit.
 *
 * <p>A slot has no lease: one that is never closed stays taken, because the bulkhead cannot know
 * that its call has ended. Hold it in a try-with-resources statement.
 *
 * <p>Safe for use by many threads, and may be closed by another one than it was given to.
 */
public final class Slot implements AutoCloseable {

  private static final VarHandle CLOSED;

  static {
    try {
      CLOSED = MethodHandles.lookup().findVarHandle(Slot.class, "closed", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Entry entry;
  private volatile boolean closed;

  Slot(Entry entry) {
    this.entry = entry;
  }

  /** Gives the slot back. */
  @Override
  public void close() {
    if (CLOSED.compareAndSet(this, false, true)) {
      entry.exit();
    }
  }

  /** Whether the slot was given back. */
  public boolean isClosed() {
    return closed;
  }
}
