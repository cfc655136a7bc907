package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.body.ErrorBody
import dev.holdfast.providers.failure.ResponseClassifier

/**
 * Has the rules of responses judge the names that an error goes by, and its status last. Its
 * message is to them what that of a response is.
 */
internal class RuleStreamErrors(private val classifier: ResponseClassifier) :
  StreamErrorClassifier {

  override fun classify(error: StreamError): FailureClass = classify(error, "")

  override fun classify(error: StreamError, message: String): FailureClass {
    val code = error.code?.toIntOrNull()?.takeIf { it in STATUSES }
    val names = listOfNotNull(error.code.takeIf { code == null }, error.detail)
    val body = ErrorBody.ofParts(names, error.type, error.detail, message)
    val status = error.status?.takeIf { it in STATUSES } ?: code
    val byStatus = status?.let { classifier.classOf(it, body) }
    if (byStatus != null && isOfModel(error.type)) return byStatus
    // The names come first: a router's status is about itself, its names about the model behind it.
    return classifier.classOf(STREAM_STATUS, body) ?: byStatus ?: FailureClass.STREAM_BROKEN
  }

  /** Bedrock says so of a failure of the model, whose own status it hands on. */
  private fun isOfModel(type: String?): Boolean =
    MODEL_ERRORS.any { it.equals(type, ignoreCase = true) }

  private companion object {
    const val STREAM_STATUS = 200
    val STATUSES = 400..599
    val MODEL_ERRORS = listOf("ModelStreamErrorException", "ModelErrorException")
  }
}
