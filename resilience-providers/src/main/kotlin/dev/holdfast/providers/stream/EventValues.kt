package dev.holdfast.providers.stream

import kotlin.text.Charsets.ISO_8859_1

/**
 * What was seen of the event that is being read: short texts and marks, and of an error its
 * message; never its content.
 */
internal class EventValues {
  private val texts = Array(Token.entries.size) { ByteArray(LONGEST) }
  private val lengths = IntArray(Token.entries.size)
  private val strings = arrayOfNulls<String>(Token.entries.size)
  private var used = 0
  private val message = ErrorMessage()

  /** Where values lie that change nothing, in the bytes from which the event is read. */
  val gaps: Gaps = Gaps()

  var marks: Int = 0
    private set

  /** A bit for each answer that the event is about, and for each that it finishes. */
  var choices: Long = 0
    private set

  var finishedChoices: Long = 0
    private set

  /** The word with which the first of the answers finished; empty if none did. */
  var choiceFinish: String = ""
    private set

  private var longQuota: String? = null

  /** The words of an error, which may quote anything; empty if there are none. */
  val errorMessage: String
    get() = message.text()

  fun mark(marks: Int) {
    this.marks = this.marks or marks
  }

  fun has(mark: Int): Boolean = marks and mark != 0

  /** Whether the event says by its name or by what is in it that it is an error. */
  val reportsError: Boolean
    get() = has(Mark.ERROR) || holds(Token.NAME, "error")

  /** Begins a text anew. */
  fun begin(token: Token) {
    if (token == Token.QUOTA) longQuota()
    if (token == Token.ERROR_MESSAGE) message.begin()
    lengths[token.ordinal] = 0
    used = used or (1 shl token.ordinal)
  }

  fun append(token: Token, bytes: ByteArray, from: Int, to: Int) {
    if (token == Token.ERROR_MESSAGE) return message.append(bytes, from, to)
    val index = token.ordinal
    val length = lengths[index]
    if (length < 0) return
    if (to - from > LONGEST - length) {
      lengths[index] = SPOILED
      return
    }
    System.arraycopy(bytes, from, texts[index], length, to - from)
    lengths[index] = length + to - from
  }

  /** The text has a character after a backslash, so it is no identifier. */
  fun escape(token: Token, char: Byte) {
    if (token == Token.ERROR_MESSAGE) message.escape(char) else lengths[token.ordinal] = SPOILED
  }

  /** Whether there is a text that is not empty, identifier or not. */
  fun filled(token: Token): Boolean = lengths[token.ordinal] != 0

  /** The text if it looks like an identifier or a number; null otherwise. */
  operator fun get(token: Token): String? {
    val index = token.ordinal
    val length = lengths[index]
    if (length <= 0) return null
    val last = strings[index]
    if (last != null && same(last, texts[index], length)) return last
    for (at in 0 until length) if (!isPlain(texts[index][at].toInt())) return null
    return String(texts[index], 0, length, ISO_8859_1).also { strings[index] = it }
  }

  /** Whether the text is this one. */
  fun holds(token: Token, text: String): Boolean {
    val index = token.ordinal
    return lengths[index] == text.length && same(text, texts[index], text.length)
  }

  /** The first of the event's quotas that is one of a day or a month; null if none is. */
  fun longQuota(): String? {
    if (longQuota == null) {
      longQuota = get(Token.QUOTA)?.takeIf { "PerDay" in it || "PerMonth" in it }
    }
    return longQuota
  }

  /** The text if it is a whole number; -1 otherwise. */
  fun number(token: Token): Long {
    val text = texts[token.ordinal]
    val length = lengths[token.ordinal]
    if (length !in 1..LONGEST_NUMBER) return -1
    var number = 0L
    for (at in 0 until length) {
      val digit = text[at] - '0'.code.toByte()
      if (digit !in 0..9) return -1
      number = number * 10 + digit
    }
    return number
  }

  /** One of several answers ends here; the next one has its own values. */
  fun endChoice() {
    val bit = 1L shl number(Token.CHOICE).coerceIn(0, 63).toInt()
    choices = choices or bit
    if (filled(Token.FINISH)) {
      finishedChoices = finishedChoices or bit
      if (choiceFinish.isEmpty()) choiceFinish = get(Token.FINISH) ?: UNNAMED
    }
    begin(Token.CHOICE)
    begin(Token.FINISH)
  }

  /** Forgets the event. */
  fun clear() {
    marks = 0
    choices = 0
    finishedChoices = 0
    choiceFinish = ""
    longQuota = null
    gaps.clear()
    message.clear()
    while (used != 0) {
      lengths[used.countTrailingZeroBits()] = 0
      used = used and (used - 1)
    }
  }

  private fun same(last: String, text: ByteArray, length: Int): Boolean {
    if (last.length != length) return false
    for (at in 0 until length) if (last[at].code != text[at].toInt()) return false
    return true
  }

  private fun isPlain(char: Int): Boolean =
    char in 'a'.code..'z'.code ||
      char in 'A'.code..'Z'.code ||
      char in '0'.code..'9'.code ||
      char == '_'.code ||
      char == '-'.code ||
      char == '.'.code

  companion object {
    const val LONGEST = 64
    private const val LONGEST_NUMBER = 18
    /** Stands for a word that is no identifier. */
    const val UNNAMED = " "
    private const val SPOILED = -1
  }
}
