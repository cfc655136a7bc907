package dev.holdfast.providers.stream

/** The short texts of an event that a dialect may want to see. */
internal enum class Token {
  /** The name of the event outside its JSON. */
  NAME,
  /** Whether a binary frame is an event, an exception or an error. */
  FRAME,
  /** The type of the event, inside its JSON. */
  TYPE,
  /** The type of the part or of the item that the event begins. */
  PART_TYPE,
  /** Which of several answers it is about. */
  CHOICE,
  FINISH,
  ERROR_TYPE,
  ERROR_CODE,
  ERROR_STATUS,
  ERROR_DETAIL,
  RETRY_DELAY,
  /** The words of an error, which are kept apart from all others: see [ErrorMessage]. */
  ERROR_MESSAGE,
  /** The name of a quota; an error may have several. */
  QUOTA,
  /** The tokens of the prompt. */
  INPUT_TOKENS,
  /** The tokens of the answer. */
  OUTPUT_TOKENS,
}
