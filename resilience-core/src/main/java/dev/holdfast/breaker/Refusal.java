package dev.holdfast.breaker;

/** How a breaker refuses a call. */
enum Refusal {
  /** Nobody hears of it: the caller will ask again. */
  SILENT,
  /** It is counted, and the listeners are told. */
  COUNTED,
  /** As {@link #COUNTED}, and the caller gets a {@link CircuitOpenException}. */
  THROW,
  /** As {@link #THROW}, but in HALF_OPEN as {@link #SILENT}: there the caller will wait. */
  THROW_IF_OPEN;

  boolean isSilentIn(Phase current) {
    return this == SILENT || (this == THROW_IF_OPEN && current instanceof HalfOpen);
  }

  boolean isThrown() {
    return this == THROW || this == THROW_IF_OPEN;
  }
}
