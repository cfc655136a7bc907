package dev.holdfast.outcome;

/** Which other model the request may go to. */
public enum FallbackAdvice {
  /** None. */
  NONE,
  /** Any. */
  ANY,
  /** One that does not share the quota pool of the model that failed. */
  OTHER_QUOTA_POOL,
  /** One of another account. */
  OTHER_ACCOUNT,
  /** One that is reached with another credential. */
  OTHER_CREDENTIAL,
  /** One with a larger context window. */
  LARGER_CONTEXT
}
