package dev.holdfast.providers.wait

/** Where a wait hint was found. */
public enum class WaitSource {
  /** `retry-after-ms` or `x-ms-retry-after-ms`. */
  RETRY_AFTER_MS,
  /** `retry-after`: seconds or a date. */
  RETRY_AFTER,
  /** `retryDelay` of Google's `RetryInfo`, in the body. */
  RETRY_INFO,
  /** `retry_after` in the body, in seconds, as OpenRouter sends it. */
  BODY_FIELD,
  /** The reset of a limit that is used up, such as `x-ratelimit-reset-tokens`. */
  RESET_HEADER,
  /** The words of the message: "try again in 1.4s". */
  TEXT,
}
