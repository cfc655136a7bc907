package dev.holdfast.providers.body

import java.util.Locale

/**
 * What a body tells of a failure, read once. The identifiers are in lower case; those that are
 * longer than any identifier are left out, as they could be a prompt.
 *
 * @property shape what the body looks like
 * @property hasContent whether a model has said or done anything
 * @property status the status that the body names for itself, from 400 to 599
 * @property originalStatus the status of the model behind Bedrock, from 400 to 599
 */
internal class ErrorBody private constructor() : Findings {
  private val values = arrayOfNulls<List<String>>(Field.entries.size)
  private var messages: StringBuilder? = null
  private var said: String? = null
  private var reportsError = false
  /** Words where an error has them, and an answer may have them, too. */
  private var speaks = false
  private var nested: String? = null

  var shape: BodyShape = BodyShape.UNREAD
    private set

  var hasContent: Boolean = false
    private set

  var requestId: String? = null
    private set

  val status: Int?
    get() = of(Field.CODE).firstNotNullOfOrNull(::statusOf)

  val originalStatus: Int?
    get() = of(Field.ORIGINAL_STATUS).firstNotNullOfOrNull(::statusOf)

  /** The provider's own words in lower case, without what they quote. */
  val words: String
    get() = said ?: Unquoted.words(messages?.toString().orEmpty()).also { said = it }

  /** The identifiers of one kind, in lower case and in their order. */
  fun of(field: Field): List<String> = values[field.ordinal] ?: emptyList()

  private fun read(body: CharSequence, end: Int) {
    shape = BodyShape.EMPTY
    var start = 0
    while (start < end && (body[start] <= ' ' || body[start] == BYTE_ORDER_MARK)) start++
    if (start == end) return
    when (body[start]) {
      '{',
      '[' -> json(body, start, end)
      '<' -> shape = BodyShape.HTML
      else -> text(body, start, end)
    }
  }

  private fun json(body: CharSequence, start: Int, end: Int) {
    val whole = LenientScanner(body, end, this).scan(start)
    // The provider's own words, handed on by a router.
    nested?.let { inner -> LenientScanner(inner, inner.length, this).scanIfJson(inner) }
    shape =
      when {
        isError() -> BodyShape.ERROR
        whole -> BodyShape.ANSWER
        else -> BodyShape.CUT
      }
  }

  private fun LenientScanner.scanIfJson(inner: String) {
    val start = inner.indexOfFirst { it > ' ' }
    if (start >= 0 && (inner[start] == '{' || inner[start] == '[')) scan(start) else say(inner)
  }

  private fun text(body: CharSequence, start: Int, end: Int) {
    if (EVENT_STARTS.none { body.startsWith(it, start) }) {
      shape = BodyShape.TEXT
      say(body.substring(start, minOf(end, start + LONGEST_MESSAGE)))
      return
    }
    val data = body.indexOf("data:", start)
    val json = if (data < 0) -1 else body.indexOf('{', data)
    if (json in 0 until end) LenientScanner(body, end, this).scan(json)
    shape = if (isError()) BodyShape.ERROR else BodyShape.EVENTS
  }

  override fun found(place: Place, field: Field, value: String) {
    if (value.isEmpty()) return
    reportsError = reportsError || isError(place, field, value)
    speaks = speaks || place == Place.ROOT && field == Field.MESSAGE && value != "0"
    when (field) {
      Field.MESSAGE -> say(value)
      Field.CONTENT -> hasContent = true
      Field.NESTED -> if (nested == null) nested = value
      Field.REQUEST_ID -> if (requestId == null) requestId = value
      // It tells an error, and nothing else.
      Field.OBJECT -> {}
      else -> keep(field, value)
    }
  }

  /**
   * Some servers put "success" beside an answer, so words alone are no error where there is one.
   */
  private fun isError(): Boolean =
    reportsError ||
      speaks &&
        (!hasContent && of(Field.FINISH).isEmpty() ||
          status != null ||
          of(Field.TYPE).any { "error" in it })

  /** An answer has types, messages and codes, too; these are the places that only an error has. */
  private fun isError(place: Place, field: Field, value: String): Boolean =
    when (place) {
      Place.ERROR -> true
      Place.VALIDATION -> field == Field.MESSAGE
      Place.ROOT ->
        (field == Field.TYPE || field == Field.OBJECT) && value == "error" ||
          (field == Field.TYPE && value.endsWith("Exception"))
      else -> false
    }

  private fun say(message: String) {
    val to = messages ?: StringBuilder().also { messages = it }
    val room = LONGEST_MESSAGE - to.length
    if (room > 0) to.append(message, 0, minOf(room, message.length)).append('\n')
  }

  private fun keep(field: Field, value: String) {
    if (value.length > LONGEST_IDENTIFIER) return
    val earlier = of(field)
    val known = value.substringAfterLast('#').lowercase(Locale.ROOT)
    // Nearly always there is one of a kind.
    if (earlier.isEmpty()) values[field.ordinal] = listOf(known)
    else if (earlier.size < MOST_VALUES) values[field.ordinal] = earlier + known
  }

  companion object {
    /** Nothing is read of an error beyond this many characters. */
    const val LONGEST: Int = 64 * 1024

    private const val LONGEST_MESSAGE = 2000
    private const val LONGEST_IDENTIFIER = 128
    private const val MOST_VALUES = 16
    private const val BYTE_ORDER_MARK = '\uFEFF'
    private val EVENT_STARTS = listOf("data:", "event:", "id:", "retry:", ": ", ":\n")
    private val STATUSES = 400..599

    /** Of a body that is not known. */
    fun unread(): ErrorBody = ErrorBody()

    /** Reads at most [longest] characters; never throws. */
    fun read(body: CharSequence, longest: Int = LONGEST): ErrorBody =
      ErrorBody().apply { read(body, minOf(body.length, longest)) }

    /** Of an error of which the parts are known. */
    fun ofParts(codes: List<String>, type: String?, quota: String?, message: String): ErrorBody =
      ErrorBody().apply {
        shape = BodyShape.ERROR
        codes.forEach { keep(Field.CODE, it) }
        type?.let { keep(Field.TYPE, it) }
        quota?.let { keep(Field.QUOTA, it) }
        if (message.isNotEmpty()) say(message)
      }

    private fun statusOf(text: String): Int? =
      if (text.length == 3) text.toIntOrNull()?.takeIf { it in STATUSES } else null
  }
}
