package dev.holdfast.plan;

/** Why a call waited before an attempt. */
public enum WaitSource {
  /** The backoff of the retry settings. */
  BACKOFF,
  /** The provider had asked for it in the failure before. */
  HINT,
  /** The throttle gate of the model was closed. */
  GATE,
  /** All slots of the bulkhead were taken; the call stood in line for one. */
  BULKHEAD
}
