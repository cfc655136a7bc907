package dev.holdfast.providers.quota

/** What a provider limits. */
public enum class QuotaDimension {
  /** Requests. */
  REQUESTS,
  /** Tokens of prompts and answers together. */
  TOKENS,
  /** Tokens of prompts; at Anthropic, most models do not count those that come from its cache. */
  INPUT_TOKENS,
  /** Tokens of answers. */
  OUTPUT_TOKENS,
  /** Tokens of all of a project's prompts and answers: OpenAI. */
  PROJECT_TOKENS,
  /** Tokens of prompts that are bought in advance: Anthropic's priority tier. */
  PRIORITY_INPUT_TOKENS,
  /** Tokens of answers that are bought in advance: Anthropic's priority tier. */
  PRIORITY_OUTPUT_TOKENS,
  /** What a subscription allows in all: Anthropic, which tells the reset alone. */
  UNIFIED,
}
