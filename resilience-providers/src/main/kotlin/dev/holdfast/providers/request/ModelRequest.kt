package dev.holdfast.providers.request

/**
 * A request to a provider, wherever it names its model: in the body or in the URL ([ModelPlace]).
 * Immutable, and always the request as the caller made it, so that what is changed for one model is
 * not still changed for the next.
 *
 * A swap must come before anything that depends on the path or the body: for Bedrock, before the
 * request is signed ([ModelPlace.isSigned]).
 *
 * @property model the model that is asked for: its name, its deployment or its ARN, decoded
 * @property place where the request names it
 * @property answerForm the form in which the answer is asked for
 */
public class ModelRequest
private constructor(
  private val url: String,
  private val body: String,
  private val json: JsonRequest?,
  private val path: PathModel?,
  public val model: String,
) {

  public val place: ModelPlace
    get() = path?.place ?: ModelPlace.BODY

  public val answerForm: AnswerForm =
    path?.answerForm ?: if (json?.streams == true) AnswerForm.EVENTS else AnswerForm.JSON

  /**
   * The request that asks another model; everything else is as it was, with the query and whatever
   * comes before the path.
   *
   * @throws IllegalArgumentException if the name is blank, too long (200 characters; 2048 in
   *   Bedrock's path), holds control characters, or is `.` or `..` where the path names the model
   */
  public fun withModel(name: String): RewrittenRequest = withModel(name, SwitchRules.NONE)

  /**
   * The request that asks another model, made fit for it by [rules]. They apply to a body that is a
   * JSON object; any other stays as it is.
   *
   * @throws IllegalArgumentException if the name is blank, too long (200 characters; 2048 in
   *   Bedrock's path), holds control characters, or is `.` or `..` where the path names the model
   */
  public fun withModel(name: String, rules: SwitchRules): RewrittenRequest {
    checkName(name)
    val fit = rules.applyTo(body)
    return when {
      name == model -> rewritten(url, fit)
      path != null -> rewritten(path.urlWith(name), fit)
      fit === body && json != null -> rewritten(url, json.withModel(name))
      else -> rewritten(url, JsonRequest.parse(fit)?.withModel(name) ?: fit)
    }
  }

  private fun checkName(name: String) {
    ModelName.require(name, path?.longestName ?: ModelName.LONGEST)
    require(path == null || PathSegment.isPlain(name)) {
      "model must not be '.' or '..' in a path, but was '$name'"
    }
  }

  private fun rewritten(url: String, body: String) = RewrittenRequest(url, body, place.isSigned)

  /** Tells nothing of the request but its model. */
  override fun toString(): String = "ModelRequest[model=$model, place=$place, form=$answerForm]"

  public companion object {
    /**
     * Reads a request; null if neither its path nor its body names a model, or its path has a place
     * for one and what is there is no name: then the body does not decide. Never throws.
     *
     * @param url the URL, or its path and query, percent-encoded as it is sent
     * @param body the body as it is sent; empty if there is none
     */
    @JvmStatic
    public fun parse(url: String, body: String): ModelRequest? {
      val path = PathModel.of(url)
      val json = JsonRequest.parse(body)
      val model = (if (path != null) path.name else json?.model) ?: return null
      return ModelRequest(url, body, json, path, model)
    }
  }
}
