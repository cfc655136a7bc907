package dev.holdfast.bulkhead;

/**
 * The right to have one call under way, in the form that costs nothing: it must be given back
 * exactly once, with {@link #exit}. It is meant for code that does so by its own structure, as
 * {@link Bulkhead#call} and Kotlin's {@code withBulkhead} do. Everyone else takes a {@link Slot}.
 *
 * <pre>{@code
 * Entry entry = bulkhead.enter();
 * try {
 *   ...
 * } finally {
 *   entry.exit();
 * }
 * }</pre>
 *
 * <p><b>Pitfall:</b> an exit too many is noticed only while nobody is inside; otherwise it gives
 * back what belongs to another call.
 *
 * <p>Safe to exit from any thread.
 */
public sealed interface Entry permits Slots {

  /**
   * Gives the right back, to the caller who has waited longest if there is one.
   *
   * @throws IllegalStateException if nobody is inside: then nothing is changed
   */
  void exit();
}
