package dev.holdfast.providers.body

/**
 * A part of a body of which something is read. Lists are looked through: the elements of a list are
 * in the place of the list. What is in no place is skipped.
 */
internal enum class Place(
  private val parts: Map<String, PartOf>,
  private val fields: Map<String, Field>,
) {
  ROOT(
    mapOf(
      "error" to { ERROR },
      "errors" to { ERROR },
      "detail" to { VALIDATION },
      "message" to { ROOT },
      "response" to { ROOT },
      "delta" to { ROOT },
      "messageStop" to { ROOT },
      "choices" to { CHOICE },
      "candidates" to { CANDIDATE },
      "promptFeedback" to { FEEDBACK },
      "incomplete_details" to { INCOMPLETE },
      "content" to { BLOCK },
      "output" to { OUTPUT },
    ),
    mapOf(
      "error" to Field.MESSAGE,
      "detail" to Field.MESSAGE,
      "message" to Field.MESSAGE,
      "Message" to Field.MESSAGE,
      "type" to Field.TYPE,
      "__type" to Field.TYPE,
      "error_type" to Field.TYPE,
      "code" to Field.CODE,
      "param" to Field.PARAM,
      "object" to Field.OBJECT,
      "stop_reason" to Field.FINISH,
      "stopReason" to Field.FINISH,
      "originalStatusCode" to Field.ORIGINAL_STATUS,
      "request_id" to Field.REQUEST_ID,
      "content" to Field.CONTENT,
    ),
  ),
  ERROR(
    mapOf(
      "error" to { ERROR },
      "errors" to { ERROR },
      "details" to { DETAIL },
      "innererror" to { INNER_ERROR },
      "metadata" to { METADATA },
      "availability" to { AVAILABILITY },
    ),
    mapOf(
      "code" to Field.CODE,
      "status" to Field.CODE,
      "error_code" to Field.CODE,
      "type" to Field.TYPE,
      "reason" to Field.REASON,
      "param" to Field.PARAM,
      "message" to Field.MESSAGE,
      "retry_after" to Field.RETRY_AFTER,
    ),
  ),
  INNER_ERROR(mapOf("innererror" to { INNER_ERROR }), mapOf("code" to Field.CODE)),
  METADATA(
    mapOf("reasons" to { REASONS }, "raw" to { ROOT }),
    mapOf(
      "error_type" to Field.CODE,
      "provider_code" to Field.CODE,
      "raw" to Field.NESTED,
      "retry_after" to Field.RETRY_AFTER,
    ),
  ),
  REASONS(mapOf(), mapOf("" to Field.REASON)),
  AVAILABILITY(mapOf(), mapOf("code" to Field.CODE, "retry_after" to Field.RETRY_AFTER)),
  DETAIL(
    mapOf("violations" to { VIOLATION }, "metadata" to { QUOTA }),
    mapOf(
      "code" to Field.CODE,
      "error_code" to Field.CODE,
      "reason" to Field.REASON,
      "retryDelay" to Field.RETRY_DELAY,
    ),
  ),
  QUOTA(mapOf(), mapOf("quota_limit" to Field.QUOTA)),
  VIOLATION(mapOf(), mapOf("quotaId" to Field.QUOTA, "quotaValue" to Field.QUOTA_LIMIT)),
  VALIDATION(
    mapOf("error" to { ERROR }),
    mapOf(
      "msg" to Field.MESSAGE,
      "message" to Field.MESSAGE,
      "type" to Field.TYPE,
      "code" to Field.CODE,
    ),
  ),
  CHOICE(
    mapOf("error" to { ERROR }, "message" to { ANSWER }, "delta" to { ANSWER }),
    mapOf("finish_reason" to Field.FINISH, "text" to Field.CONTENT),
  ),
  ANSWER(
    mapOf("content" to { BLOCK }, "tool_calls" to { BLOCK }, "function_call" to { BLOCK }),
    mapOf("content" to Field.CONTENT, "refusal" to Field.REFUSAL),
  ),
  CANDIDATE(
    mapOf("content" to { CANDIDATE }, "parts" to { BLOCK }),
    mapOf("finishReason" to Field.FINISH),
  ),
  FEEDBACK(mapOf(), mapOf("blockReason" to Field.BLOCKED)),
  INCOMPLETE(mapOf(), mapOf("reason" to Field.FINISH)),
  OUTPUT(
    mapOf("content" to { BLOCK }, "message" to { ANSWER }),
    mapOf("call_id" to Field.CONTENT, "arguments" to Field.CONTENT),
  ),
  BLOCK(
    mapOf(),
    mapOf(
      "text" to Field.CONTENT,
      "name" to Field.CONTENT,
      "id" to Field.CONTENT,
      "refusal" to Field.REFUSAL,
    ),
  );

  /** The place of a list or an object under [key]; null if nothing in it is read. */
  fun part(key: String): Place? = parts[key]?.invoke()

  /** What the scalar under [key] is; the key of a list's element is empty. */
  fun field(key: String): Field? = fields[key]

  companion object {
    /** The keys of all places, by their length. */
    private val keys: Array<Array<String>> =
      entries
        .flatMap { it.parts.keys + it.fields.keys }
        .distinct()
        .groupBy { it.length }
        .let { all -> Array(all.keys.max() + 1) { all[it].orEmpty().toTypedArray() } }

    /**
     * The key that stands in the text, which is not taken out of it; one that no place knows if it
     * is of no interest.
     */
    fun key(text: CharSequence, start: Int, end: Int): String {
      val length = end - start
      if (length == 0 || length >= keys.size) return NO_KEY
      for (key in keys[length]) if (isAt(start, key, text)) return key
      return NO_KEY
    }

    /** The standard library's comparison takes much longer for what is no `String`. */
    private fun isAt(start: Int, key: String, text: CharSequence): Boolean {
      for (at in key.indices) if (text[start + at] != key[at]) return false
      return true
    }

    private const val NO_KEY = "?"
  }
}

/** An enum's entries cannot name later ones, so they name them when asked. */
private typealias PartOf = () -> Place
