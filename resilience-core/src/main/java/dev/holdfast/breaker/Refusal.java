package dev.holdfast.breaker;

/** How a breaker refuses a call. */
enum Refusal {
  /** Nobody hears of it: the caller will ask again. */
  SILENT,
  /** It is counted, and the listeners are told. */
  COUNTED,
  /** As {@link #COUNTED}, and the caller gets a {@link CircuitOpenException}. */
  THROW
}
