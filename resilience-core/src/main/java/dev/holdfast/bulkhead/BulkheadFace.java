package dev.holdfast.bulkhead;

/**
 * What a face of the bulkhead in another package is built on: a slot without an object, as cheap as
 * it can be. To take and to give back must be paired, which only the face can see to; therefore the
 * two are out of reach of those who merely use a bulkhead, and {@link Slot} is for them.
 */
public abstract class BulkheadFace {

  /** Creates a face. */
  protected BulkheadFace() {}

  /**
   * Takes a slot if one is free and nobody waits for it. Refuses nothing: the face goes on to wait
   * with {@link Bulkhead#acquireAsync}, which refuses if it must.
   */
  protected static boolean tryEnter(Bulkhead bulkhead) {
    return bulkhead.slots.tryEnter();
  }

  /**
   * Gives a slot back; exactly once for each {@link #tryEnter} that took one.
   *
   * @throws IllegalStateException if no slot is taken at all
   */
  protected static void exit(Bulkhead bulkhead) {
    if (bulkhead.slots.isUnused()) {
      throw new IllegalStateException("a slot was given back that nobody had taken");
    }
    bulkhead.slots.exit();
  }
}
