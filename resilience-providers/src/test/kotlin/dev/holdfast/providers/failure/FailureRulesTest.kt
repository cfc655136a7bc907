package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

class FailureRulesTest :
  FunSpec({
    fun classOf(
      rules: String,
      status: Int,
      body: String = "",
      provider: Provider = Provider.OPENAI,
    ) =
      ResponseClassifier.of(provider, FailureRules.parse(rules))
        .classify(status, { if (it == "x-shop") "Closed today" else null }, body)
        ?.failureClass

    test("the standard rules are read once, and give every status from 400 a class") {
      val rules = FailureRules.standard()

      rules.responses.size shouldBeGreaterThan 50
      (FailureRules.standard() === rules) shouldBe true
      (400..599)
        .map { ResponseClassifier.of(Provider.OPENAI).classify(it, { null })?.failureClass }
        .toSet()
        .contains(FailureClass.UNKNOWN) shouldBe false
    }

    context("a line that is no rule is refused with its place, the rule and the value") {
      withData<Pair<String, String>>(
        { "<${it.first}>" },
        "RATE_LIMTED status=429" to
          "a rule must begin with a FailureClass or as-<status>, but was 'RATE_LIMTED'",
        "as-200 status=429" to "as- must be followed by a status from 400 to 599, but was 'as-200'",
        "as-x status=429" to "as- must be followed by a status from 400 to 599, but was 'as-x'",
        "RATE_LIMITED" to "RATE_LIMITED must have a condition",
        "RATE_LIMITED   # status=429" to "RATE_LIMITED must have a condition",
        "RATE_LIMITED status" to "'status' must be followed by = or ~ and a value",
        "RATE_LIMITED status 429" to "'status' must be followed by = or ~ and a value",
        "RATE_LIMITED status=" to "the value of 'status' must not be empty",
        "RATE_LIMITED status=429|" to "the value of 'status' must not be empty",
        "RATE_LIMITED status=9xx" to "'status' must be like 429, 4xx or 500-504, but was '9xx'",
        "RATE_LIMITED status=504-500" to
          "'status' must be like 429, 4xx or 500-504, but was '504-500'",
        "RATE_LIMITED status~429" to "'status' must be followed by =",
        "RATE_LIMITED status=429 text=wait" to "'text' must be followed by ~",
        "RATE_LIMITED text~wait" to
          "'text' needs 'status' beside it: text never overrules the status",
        "as-429 status=2xx text~wait" to "'text' cannot be combined with as-",
        "RATE_LIMITED status=429 text~\"wait" to "the quotes of 'text' must be closed",
        "RATE_LIMITED provider=opnai" to
          "'provider' must be one of anthropic, openai, azure-openai, gemini, vertex, bedrock, openrouter, mistral, openai-compatible, but was 'opnai'",
        "RATE_LIMITED content=much" to "'content' must be one of some, none, but was 'much'",
        "RATE_LIMITED header:=x" to "'header:' must be followed by the name of a header",
        "RATE_LIMITED colour=red" to
          "'colour' is no condition; known are status, provider, body, content, text, code, type, reason, marker, param, quota, quota-limit, finish, blocked, refusal, header:name, thrown, message",
        "RATE_LIMITED thrown=a.B status=429" to "'status' cannot be combined with 'thrown'",
        "RATE_LIMITED message~x" to "'message' needs one 'thrown' beside it",
        "as-429 thrown=a.B" to "as- cannot be combined with 'thrown'",
        "RATE_LIMITED thrown~a.B" to "'thrown' must be followed by =",
        "format 2" to "format must be 1, but was '2'",
      ) { (line, message) ->
        shouldThrow<IllegalArgumentException> { FailureRules.parse("# mine\n\n$line", "mine.txt") }
          .message shouldBe "mine.txt:3: $message"
      }
    }

    context("a condition holds or does not") {
      val body =
        """{"error":{"code":"E-7","type":"odd","param":"p","message":"Shop is \"open\" today"}}"""
      withData<Pair<String, Boolean>>(
        { it.first },
        "status=429" to true,
        "status=428|429" to true,
        "status=400-429" to true,
        "status=4xx" to true,
        "status=400-428|5xx" to false,
        "code=e-7" to true,
        "code=e" to false,
        "code~E-" to true,
        "code=*" to true,
        "reason=*" to false,
        "type=odd code=x" to false,
        "marker=odd" to true,
        "param=P" to true,
        "provider=openai" to true,
        "provider=azure-openai|gemini" to false,
        "header:x-shop=\"closed today\"" to true,
        "header:X-Shop~closed" to true,
        "header:x-none=*" to false,
        "body=error" to true,
        "body=html|cut" to false,
        "content=none" to true,
        "status=429 text~\"shop is\"" to true,
        "status=429 text~open" to false,
        "status=429 text~shop text~today" to true,
        "status=429 text~shop text~tomorrow" to false,
      ) { (conditions, holds) ->
        val expected = if (holds) FailureClass.CONFLICT else FailureClass.UNKNOWN
        classOf("CONFLICT $conditions # ours", 429, body) shouldBe expected
      }
    }

    test("the first rule that holds decides, and an extension stands before the rules it extends") {
      val rules = FailureRules.parse("CONFLICT status=4xx\nTIMED_OUT status=429")
      val extension = FailureRules.parse("OVERLOADED status=429", "mine.txt")
      val failure =
        ResponseClassifier.of(Provider.OPENAI, rules.plus(extension)).classify(429, { null })

      classOf("CONFLICT status=4xx\nTIMED_OUT status=429", 429) shouldBe FailureClass.CONFLICT
      failure?.failureClass shouldBe FailureClass.OVERLOADED
      failure?.rule shouldBe "mine.txt:1"
    }

    test("a rule may change the status by which the rules below it judge") {
      classOf("CONFLICT status=429\nas-409 status=429\nTIMED_OUT status=409", 429) shouldBe
        FailureClass.CONFLICT
      classOf("as-409 status=429\nCONFLICT status=429\nTIMED_OUT status=409", 429) shouldBe
        FailureClass.TIMED_OUT
    }

    test("an answer without content is a failure for those who say so") {
      val rules =
        FailureRules.standard()
          .plus(FailureRules.parse("EMPTY_ANSWER status=200 body=answer content=none"))
      val classifier = ResponseClassifier.of(Provider.ANTHROPIC, rules)
      fun answer(content: String) =
        classifier
          .classifyAnswer(
            200,
            { null },
            """{"type":"message","content":$content,"stop_reason":"end_turn"}""",
          )
          ?.failureClass

      answer("[]") shouldBe FailureClass.EMPTY_ANSWER
      answer("""[{"type":"text","text":""}]""") shouldBe FailureClass.EMPTY_ANSWER
      answer("""[{"type":"text","text":"Hi"}]""") shouldBe null
      answer("""[{"type":"tool_use","id":"t","name":"search","input":{}}]""") shouldBe null
    }

    test("every class that a rule of the file names is a class, and most classes have a rule") {
      val named = FailureRules.standard().responses.map { it.meaning }

      listOf(
          FailureClass.RATE_LIMITED,
          FailureClass.REQUEST_EXCEEDS_LIMIT,
          FailureClass.QUOTA_EXHAUSTED,
          FailureClass.MODEL_NOT_READY,
          FailureClass.CONTEXT_TOO_LONG,
        )
        .forEach { named shouldContain Meaning.Of(it) }
    }
  })
