package dev.holdfast.providers.request

/**
 * The place in the path of a URL that names the model. Immutable.
 *
 * @property name what it names; null if that is no name of a model
 */
internal class PathModel
private constructor(
  private val url: String,
  private val range: IntRange,
  val place: ModelPlace,
  val name: String?,
  private val operation: String,
) {

  /** What a name in this place may be. */
  val longestName: Int = longestName(place)

  /** The form that the path asks for; null if that is for the body to say. */
  val answerForm: AnswerForm?
    get() =
      when (operation) {
        "streamGenerateContent" ->
          if (SSE.containsMatchIn(url)) AnswerForm.EVENTS else AnswerForm.JSON_ARRAY
        "streamRawPredict" -> AnswerForm.EVENTS
        "converse-stream",
        "invoke-with-response-stream" -> AnswerForm.AWS_EVENTS
        else -> if (place == ModelPlace.AZURE_DEPLOYMENT) null else AnswerForm.JSON
      }

  /** The URL with another name in this place. */
  fun urlWith(name: String): String = url.replaceRange(range, PathSegment.encode(name))

  companion object {
    /** What answers with numbers, not with words of a model. */
    private const val COUNTS = "countTokens|embedContent|batchEmbedContents"

    /** One of them is in the path of each place. */
    private val PARTS = listOf("/model", "/deployments/")

    private val SSE = Regex("[?&]alt=sse(?:[&#]|$)")

    private val places =
      listOf(
        ModelPlace.AZURE_DEPLOYMENT to Regex("/openai/deployments/([^/]+)/([^/].*)"),
        ModelPlace.BEDROCK_PATH to
          Regex("/model/([^/]+)/(converse|converse-stream|invoke|invoke-with-response-stream)$"),
        ModelPlace.VERTEX_PATH to
          Regex(
            "/publishers/[^/]+/models/([^/]+)" +
              ":(generateContent|streamGenerateContent|rawPredict|streamRawPredict|$COUNTS)$"
          ),
        ModelPlace.GEMINI_PATH to
          Regex("/models/([^/]+):(generateContent|streamGenerateContent|$COUNTS)$"),
      )

    private fun longestName(place: ModelPlace): Int =
      if (place == ModelPlace.BEDROCK_PATH) ModelName.LONGEST_ARN else ModelName.LONGEST

    /** Null if the path of the URL has no place for a model. */
    fun of(url: String): PathModel? {
      if (PARTS.none { it in url }) return null
      val end = url.indexOfAny(charArrayOf('?', '#')).let { if (it < 0) url.length else it }
      val path = url.substring(0, end)
      for ((place, pattern) in places) {
        val (segment, operation) = pattern.find(path)?.groups?.drop(1)?.filterNotNull() ?: continue
        val longest = longestName(place)
        val name =
          PathSegment.decode(segment.value)?.takeIf {
            ModelName.isValid(it, longest) && PathSegment.isPlain(it)
          }
        return PathModel(url, segment.range, place, name, operation.value)
      }
      return null
    }
  }
}
