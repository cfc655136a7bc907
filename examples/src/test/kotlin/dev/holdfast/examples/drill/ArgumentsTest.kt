package dev.holdfast.examples.drill

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class ArgumentsTest :
  FunSpec({
    context("arguments that can be understood") {
      withData(
        nameFn = { it.first.ifEmpty { "none" } },
        "" to Arguments.Run(TimeScale(8.0)),
        "--factor 12.5" to Arguments.Run(TimeScale(12.5)),
        "--live" to Arguments.Live,
        "--help" to Arguments.Help,
        "-h" to Arguments.Help,
      ) { (line, expected) ->
        Arguments.parse(words(line)) shouldBe expected
      }
    }

    context("arguments that cannot") {
      withData(
        nameFn = { it.first },
        "--factor" to "--factor needs a number",
        "--factor fast" to "--factor must be a number from 1 to 20, but was 'fast'",
        "--factor 0" to "--factor must be a number from 1 to 20, but was '0'",
        "--factor NaN" to "--factor must be a number from 1 to 20, but was 'NaN'",
        "--factor 2 --live" to "unexpected argument '--live'",
        "--live now" to "unexpected argument 'now'",
        "--fast" to "unknown argument '--fast'",
      ) { (line, reason) ->
        Arguments.parse(words(line)) shouldBe Arguments.Wrong(reason)
      }
    }

    test("live settings need a key, and have defaults for the rest") {
      LiveSettings.from(mapOf("ANTHROPIC_API_KEY" to " ")) shouldBe null

      val settings = LiveSettings.from(mapOf("ANTHROPIC_API_KEY" to "sk-secret"))!!

      settings.baseUrl shouldBe "https://api.anthropic.com"
      settings.toString() shouldNotContain "secret"
    }
  })

private fun words(line: String) = line.split(' ').filter { it.isNotEmpty() }
