package dev.holdfast.providers.stream

import java.util.Locale

/** The providers' words for why a model stopped. */
internal object FinishWords {
  private val reasons: Map<String, FinishReason> = buildMap {
    put(FinishReason.STOP, "stop end_turn stop_sequence complete finish finished eos_token end")
    put(FinishReason.LENGTH, "length max_tokens max_output_tokens model_length")
    put(FinishReason.TOOL_USE, "tool_use tool_calls tool_call function_call")
    put(FinishReason.REFUSAL, "refusal")
    put(
      FinishReason.CONTENT_FILTER,
      "content_filter content_filtered guardrail_intervened safety recitation blocklist spii " +
        "prohibited_content image_safety image_prohibited_content image_recitation model_armor " +
        "jailbreak error_toxic",
    )
    put(FinishReason.CONTEXT_WINDOW, "model_context_window_exceeded")
    put(FinishReason.PAUSE, "pause_turn compaction")
  }

  private fun MutableMap<String, FinishReason>.put(reason: FinishReason, words: String) {
    for (word in words.split(' ')) put(word, reason)
  }

  /** The reason that the word stands for, in whatever case it comes. */
  fun of(word: String?): FinishReason =
    word?.let { reasons[it.lowercase(Locale.ROOT)] } ?: FinishReason.OTHER
}
