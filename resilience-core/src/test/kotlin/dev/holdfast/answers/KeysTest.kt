package dev.holdfast.answers

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallFailure
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration.ZERO

class KeysTest :
  FunSpec({
    test("keys are equal when tenant, feature and id are") {
      val key = RequestKey.of("acme", "1")

      RequestKey.of("acme", "1") shouldBe key
      RequestKey.of("acme", "1").hashCode() shouldBe key.hashCode()
      RequestKey.of("acme", "2") shouldNotBe key
      RequestKey.of("other", "1") shouldNotBe key
      key.within("chat") shouldNotBe key
      key.within("chat") shouldNotBe key.within("code")
      key.within("chat").within(null) shouldBe key
    }

    test("the hash of a request says whose it is, and not by gluing the two together") {
      fun id(tenant: String, request: String) =
        RequestKey.sha256(tenant, request.toByteArray()).id()

      id("acme", "{}") shouldBe id("acme", "{}")
      id("acme", "{}").length shouldBe 64
      id("acme", "{}") shouldNotBe id("other", "{}")
      id("ab", "c") shouldNotBe id("a", "bc")
    }

    test("nothing that prints a question or an answer shows what is in it") {
      val failure =
        CallFailure("a", listOf(Failure.of(FailureClass.UNKNOWN, Exception("secret"))), 1)
      val question = Question.of(RequestKey.of("secret", "secret").within("chat"), "secret")
      val printed =
        listOf(
          question,
          question.key,
          StoredResponse("secret", ZERO),
          Reply.Answered("secret", ZERO, null),
          Reply.Degraded("secret", failure, Reply.Source.STATIC, ZERO, null),
        )

      printed.forEach { "$it" shouldNotContain "secret" }
      "$question" shouldBe "Question[RequestKey[feature=chat]]"
    }

    test("a blank tenant or id is refused") {
      shouldThrow<IllegalArgumentException> { RequestKey.of(" ", "1") } shouldHaveMessage
        "tenant must not be blank, but was ' '"
      shouldThrow<IllegalArgumentException> { RequestKey.of("acme", "") } shouldHaveMessage
        "id must not be blank, but was ''"
    }

    val alike =
      listOf(
        "What is it?" to "  what IS\n\tit ",
        "Fine, thanks." to "fine thanks!",
        "\uFF26\uFF55\uFF4C\uFF4C width" to "full width",
        "say \u201Cyes\u201D" to "say \"yes\"",
        "Stra\u00DFe" to "STRASSE",
        "caf\u00E9" to "cafe\u0301",
      )
    for ((one, other) in alike) {
      test("'$one' and '$other' are alike") {
        NormalizedPrompts.normalized(one) shouldBe NormalizedPrompts.normalized(other)
      }
    }

    val different =
      listOf(
        "5-3" to "5 3",
        "3.5" to "35",
        "-5" to "5",
        "a != b" to "a = b",
        "C#" to "C",
        "1+1" to "11",
      )
    for ((one, other) in different) {
      test("'$one' and '$other' are not") {
        NormalizedPrompts.normalized(one) shouldNotBe NormalizedPrompts.normalized(other)
      }
    }
  })
