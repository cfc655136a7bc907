package dev.holdfast.providers.quota

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe

class RequestEstimateTest :
  FunSpec({
    context("what a body allows the answer") {
      withData<Pair<String, Long>>(
        { "<${it.first}>" },
        """{"max_tokens":100}""" to 100L,
        """{"max_completion_tokens":100}""" to 100L,
        """{"max_output_tokens":100}""" to 100L,
        """{"generationConfig":{"maxOutputTokens":100}}""" to 100L,
        """{"inferenceConfig":{"maxTokens":100}}""" to 100L,
        """{"max_tokens":100,"n":3}""" to 300L,
        """{"max_tokens":100,"n":0}""" to 100L,
        """{"max_tokens":100,"n":"3"}""" to 100L,
        """{"max_tokens":"100"}""" to 0L,
        """{"max_tokens":-1}""" to 0L,
        """{"max_tokens":1.5}""" to 0L,
        """{"max_tokens":99999999999999999999}""" to 0L,
        """{"x":{"max_tokens":100}}""" to 0L,
        """{"generationConfig":3}""" to 0L,
        "[1]" to 0L,
        "no JSON" to 0L,
        "" to 0L,
      ) { (body, expected) ->
        RequestEstimate.of(body).maxOutputTokens shouldBe expected
      }
    }

    context("four bytes are a token") {
      withData<Pair<String, Long>>(
        { "<${it.first}>" },
        "" to 0L,
        "a" to 1L,
        "four" to 1L,
        "fives" to 2L,
        "éé" to 1L,
        "日本語日" to 3L,
        "😀" to 1L,
      ) { (body, expected) ->
        RequestEstimate.of(body).inputTokens shouldBe expected
      }
    }

    test("an image in Base64 is left out, and a long word is not") {
      val image = "iVBORw0KGgo/+8".repeat(10_000)

      RequestEstimate.of("""{"text":"${"word ".repeat(400)}","data":"$image"}""")
        .inputTokens
        .shouldBeInRange(500L..510L)
      RequestEstimate.of("data:$image").inputTokens shouldBe 2
      RequestEstimate.of("w".repeat(1000)).inputTokens shouldBe 250
    }

    test("the sum does not overflow, and nothing is negative") {
      RequestEstimate(Long.MAX_VALUE, 1).tokens shouldBe Long.MAX_VALUE
      RequestEstimate(1, 2).tokens shouldBe 3
      shouldThrow<IllegalArgumentException> { RequestEstimate(-1, 0) }.message shouldBe
        "inputTokens must not be negative, but was -1"
      shouldThrow<IllegalArgumentException> { RequestEstimate(0, -1) }.message shouldBe
        "maxOutputTokens must not be negative, but was -1"
    }
  })
