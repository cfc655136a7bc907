package dev.holdfast.providers.request

/** What may be the name of a model. Names are shown in logs and messages, and come from outside. */
internal object ModelName {

  /** The longest name in a body or a path; the identifiers of Bedrock may be [LONGEST_ARN]. */
  const val LONGEST = 200
  const val LONGEST_ARN = 2048

  fun isValid(name: String, longest: Int = LONGEST): Boolean =
    name.isNotBlank() &&
      name.length <= longest &&
      name.none { it.isISOControl() } &&
      isWellFormed(name)

  fun require(name: String, longest: Int = LONGEST) {
    require(isValid(name, longest)) {
      "model must have 1 to $longest characters, not all of them blank and none of them a control " +
        "character, but was '${name.take(LONGEST).filterNot { it.isISOControl() }}'"
    }
  }

  /** Half a surrogate pair has no UTF-8 form, so it would arrive as another name. */
  private fun isWellFormed(name: String): Boolean {
    for (at in name.indices) {
      val isWell =
        when {
          name[at].isHighSurrogate() -> at + 1 < name.length && name[at + 1].isLowSurrogate()
          name[at].isLowSurrogate() -> at > 0 && name[at - 1].isHighSurrogate()
          else -> true
        }
      if (!isWell) return false
    }
    return true
  }
}
