package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import dev.holdfast.providers.body.BodyShape
import dev.holdfast.providers.body.Field
import java.util.BitSet
import java.util.Locale

/** Reads rules, line by line, and refuses what it does not know. */
internal class RuleParser(private val name: String) {
  val responses: MutableList<ResponseRule> = mutableListOf()
  val thrown: MutableList<ThrownRule> = mutableListOf()
  private var place = name

  fun parse(text: String): RuleParser = apply {
    text.lineSequence().forEachIndexed { index, line ->
      place = "$name:${index + 1}"
      parseLine(RuleLine(line, place))
    }
  }

  private fun parseLine(line: RuleLine) {
    val first = line.first() ?: return
    if (first == "format") {
      val version = line.rest()
      check(version == FORMAT) { "format must be $FORMAT, but was '$version'" }
      return
    }
    val meaning = meaning(first)
    val terms = line.terms()
    check(terms.isNotEmpty()) { "$first must have a condition" }
    if (terms.any { it.name in THROWN }) thrownRule(meaning, terms) else response(meaning, terms)
  }

  private fun meaning(word: String): Meaning {
    if (!word.startsWith(AS)) {
      val known = FailureClass.entries.firstOrNull { it.name == word }
      check(known != null) {
        "a rule must begin with a FailureClass or $AS<status>, but was '$word'"
      }
      return Meaning.Of(requireNotNull(known))
    }
    val status = word.removePrefix(AS).toIntOrNull() ?: 0
    check(status in 400..599) {
      "$AS must be followed by a status from 400 to 599, but was '$word'"
    }
    return Meaning.As(status)
  }

  private fun thrownRule(meaning: Meaning, terms: List<RuleLine.Term>) {
    val other = terms.firstOrNull { it.name !in THROWN }
    check(other == null) { "'${other?.name}' cannot be combined with 'thrown'" }
    check(meaning is Meaning.Of) { "$AS cannot be combined with 'thrown'" }
    val types = terms.filter { it.name == "thrown" }
    check(types.size == 1) { "'message' needs one 'thrown' beside it" }
    types.forEach { mustBe(it, contains = false) }
    val messages = terms.filter { it.name == "message" }.onEach { mustBe(it, contains = true) }
    thrown +=
      ThrownRule(
        place,
        (meaning as Meaning.Of).failureClass,
        types.single().values,
        messages.map(::test),
      )
  }

  private fun response(meaning: Meaning, terms: List<RuleLine.Term>) {
    val text = terms.any { it.name == "text" }
    check(!text || terms.any { it.name == "status" }) {
      "'text' needs 'status' beside it: text never overrules the status"
    }
    check(!text || meaning is Meaning.Of) { "'text' cannot be combined with $AS" }
    val (onStatus, others) = terms.partition { it.name == "status" }
    responses += ResponseRule(place, meaning, statuses(onStatus), others.map(::condition))
  }

  private fun condition(term: RuleLine.Term): Condition {
    FIELDS[term.name]?.let {
      return Condition.onFields(it, test(term))
    }
    if (term.name.startsWith(HEADER)) {
      val header = term.name.removePrefix(HEADER).lowercase(Locale.ROOT)
      check(header.isNotEmpty()) { "'$HEADER' must be followed by the name of a header" }
      return Condition.onHeader(header, test(term))
    }
    mustBe(term, contains = term.name == "text")
    return when (term.name) {
      "text" -> Condition.onWords(test(term))
      "provider" -> oneOf(term, Provider.entries, { it.ruleName }) { it.provider }
      "body" -> oneOf(term, BodyShape.entries, { it.name.lowercase(Locale.ROOT) }) { it.body.shape }
      "content" ->
        oneOf(term, listOf(true, false), { if (it) "some" else "none" }) { it.body.hasContent }
      else -> fail("'${term.name}' is no condition; known are ${KNOWN.joinToString()}")
    }
  }

  private fun <T> oneOf(
    term: RuleLine.Term,
    all: List<T>,
    text: (T) -> String,
    of: (Evidence) -> T,
  ): Condition {
    val wanted =
      term.values.map { value ->
        val known = all.filter { text(it) == value }
        check(known.isNotEmpty()) {
          "'${term.name}' must be one of ${all.joinToString { text(it) }}, but was '$value'"
        }
        known.first()
      }
    return Condition { of(it) in wanted }
  }

  /** The statuses that fit all of these terms; null if there is no term. */
  private fun statuses(terms: List<RuleLine.Term>): BitSet? =
    terms
      .map { term ->
        mustBe(term, contains = false)
        BitSet().apply { term.values.map(::statuses).forEach { set(it.first, it.last + 1) } }
      }
      .reduceOrNull { all, each -> all.apply { and(each) } }

  private fun statuses(value: String): IntRange {
    val bounds = value.split('-').map { it.toIntOrNull() ?: 0 }
    val range =
      when {
        CENTURY.matches(value) -> (value[0] - '0') * 100..(value[0] - '0') * 100 + 99
        bounds.size == 1 -> bounds[0]..bounds[0]
        bounds.size == 2 -> bounds[0]..bounds[1]
        else -> IntRange.EMPTY
      }
    check(!range.isEmpty() && range.first >= 100 && range.last <= 599) {
      "'status' must be like 429, 4xx or 500-504, but was '$value'"
    }
    return range
  }

  private fun test(term: RuleLine.Term): ValueTest =
    ValueTest(term.values.map { it.lowercase(Locale.ROOT) }, term.contains)

  private fun mustBe(term: RuleLine.Term, contains: Boolean) {
    check(term.name !in KNOWN || term.contains == contains) {
      "'${term.name}' must be followed by ${if (contains) "~" else "="}"
    }
  }

  private inline fun check(holds: Boolean, what: () -> String) {
    if (!holds) fail(what())
  }

  private fun fail(what: String): Nothing = throw IllegalArgumentException("$place: $what")

  private companion object {
    const val FORMAT = "1"
    const val AS = "as-"
    const val HEADER = "header:"
    val THROWN = setOf("thrown", "message")
    val CENTURY = Regex("[1-5]xx")
    val FIELDS =
      mapOf(
        "code" to listOf(Field.CODE),
        "type" to listOf(Field.TYPE),
        "reason" to listOf(Field.REASON),
        "marker" to listOf(Field.CODE, Field.TYPE, Field.REASON),
        "param" to listOf(Field.PARAM),
        "quota" to listOf(Field.QUOTA),
        "quota-limit" to listOf(Field.QUOTA_LIMIT),
        "finish" to listOf(Field.FINISH),
        "blocked" to listOf(Field.BLOCKED),
        "refusal" to listOf(Field.REFUSAL),
      )
    val KNOWN =
      listOf("status", "provider", "body", "content", "text") +
        FIELDS.keys +
        "${HEADER}name" +
        THROWN
  }
}
