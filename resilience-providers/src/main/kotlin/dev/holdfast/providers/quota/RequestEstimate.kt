package dev.holdfast.providers.quota

import dev.holdfast.providers.request.JsonOutline
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull

/**
 * Roughly what a request takes from a limit of tokens. It is an estimate, not a count: it knows no
 * tokenizer and no cache. Azure OpenAI admits requests by an estimate of the same kind, whatever
 * they use in the end, so a smaller `max_tokens` lets more of them through.
 *
 * @property inputTokens the tokens of the prompt
 * @property maxOutputTokens the tokens that the answer may have; zero if the request sets no limit
 */
public class RequestEstimate(public val inputTokens: Long, public val maxOutputTokens: Long) {

  init {
    require(inputTokens >= 0) { "inputTokens must not be negative, but was $inputTokens" }
    require(maxOutputTokens >= 0) {
      "maxOutputTokens must not be negative, but was $maxOutputTokens"
    }
  }

  /** The tokens of the prompt and of the longest answer together. */
  public val tokens: Long
    get() =
      if (inputTokens > Long.MAX_VALUE - maxOutputTokens) Long.MAX_VALUE
      else inputTokens + maxOutputTokens

  /** The numbers. */
  override fun toString(): String =
    "RequestEstimate[inputTokens=$inputTokens, maxOutputTokens=$maxOutputTokens]"

  public companion object {
    private val limits = listOf("max_completion_tokens", "max_tokens", "max_output_tokens")
    private val nestedLimits =
      mapOf("generationConfig" to "maxOutputTokens", "inferenceConfig" to "maxTokens")

    /**
     * The estimate for a body: a token for every four bytes of it in UTF-8, and what it allows the
     * answer (`max_tokens` and its other names, in Gemini's and Converse's forms too; times `n`).
     *
     * Images and files in Base64 are left out, that is, every run of more than 1000 of its
     * characters: their size in bytes says nothing of their tokens. What they do take is missing. A
     * body that is no JSON allows the answer nothing. Never throws.
     */
    @JvmStatic
    public fun of(body: String): RequestEstimate {
      val outline = JsonOutline.of(body)
      val answers = (outline?.get("n")?.number() ?: 1).coerceIn(1, MOST_ANSWERS)
      return RequestEstimate((bytes(body) + 3) / BYTES_PER_TOKEN, answers * (outline?.limit() ?: 0))
    }

    private fun JsonOutline.limit(): Long? =
      limits.firstNotNullOfOrNull { this[it]?.number() }
        ?: nestedLimits.firstNotNullOfOrNull { (field, name) ->
          (this[field] as? JsonObject)?.get(name)?.number()
        }

    private fun JsonElement.number(): Long? =
      (this as? JsonPrimitive)?.takeIf { !it.isString }?.longOrNull?.takeIf { it in 0..MOST_TOKENS }

    private fun bytes(text: String): Long {
      var bytes = 0L
      var run = 0L
      for (char in text) {
        bytes += if (char < '\u0080') 1 else if (char < '\u0800' || char.isSurrogate()) 2 else 3
        if (isBase64(char)) {
          run++
        } else {
          if (run > LONGEST_WORD) bytes -= run
          run = 0
        }
      }
      return if (run > LONGEST_WORD) bytes - run else bytes
    }

    private fun isBase64(char: Char): Boolean =
      char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in "+/-_="

    private const val BYTES_PER_TOKEN = 4
    private const val LONGEST_WORD = 1000
    private const val MOST_TOKENS = 1_000_000_000L
    private const val MOST_ANSWERS = 1000L
  }
}
