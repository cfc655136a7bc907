package dev.holdfast.providers.body

/** What a value in a body is taken for, wherever the provider puts it. */
internal enum class Field {
  /** An error's code: OpenAI's `code`, Google's `status`, OpenRouter's `error_type`. */
  CODE,
  /** An error's type: `error.type`, Mistral's top-level `type`, Bedrock's `__type`. */
  TYPE,
  /** Google's `details[].reason`, OpenRouter's `metadata.reasons`. */
  REASON,
  /** The parameter that is at fault. */
  PARAM,
  /** Google's `quotaId`. */
  QUOTA,
  /** Google's `quotaValue`. */
  QUOTA_LIMIT,
  /** Words for people. */
  MESSAGE,
  /** Why an answer ended. */
  FINISH,
  /** Why a prompt was not answered. */
  BLOCKED,
  /** The words in which a model refuses. */
  REFUSAL,
  /** The status that a model behind Bedrock gave. */
  ORIGINAL_STATUS,
  /** Google's `retryDelay`, a duration. */
  RETRY_DELAY,
  /** Seconds, as OpenRouter tells them. */
  RETRY_AFTER,
  REQUEST_ID,
  /** What kind of thing the body is: Mistral's `"object": "error"`. */
  OBJECT,
  /** A body inside a string: the words of the provider behind OpenRouter. */
  NESTED,
  /** Something that a model said or did. */
  CONTENT,
}
