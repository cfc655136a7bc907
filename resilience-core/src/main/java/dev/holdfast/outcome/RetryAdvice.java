package dev.holdfast.outcome;

/** Whether the same request may go to the same model again. */
public enum RetryAdvice {
  /** No: it would fail again, or has been answered in part. */
  NEVER,
  /** Once: it may have been processed and billed. */
  ONCE,
  /** As often as the retry settings allow. */
  YES
}
