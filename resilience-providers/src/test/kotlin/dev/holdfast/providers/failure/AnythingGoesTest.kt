package dev.holdfast.providers.failure

import dev.holdfast.providers.Provider
import dev.holdfast.providers.wait.WaitHints
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** Whatever a provider sends is read or ignored, soon, and never thrown at. */
class AnythingGoesTest :
  FunSpec({
    val seed = 20261121
    val statuses = listOf(200, 204, 400, 404, 424, 429, 500, 529)
    val headerNames =
      listOf(
        "date",
        "retry-after",
        "retry-after-ms",
        "x-ratelimit-reset",
        "x-ratelimit-remaining",
        "anthropic-ratelimit-tokens-reset",
        "anthropic-ratelimit-unified-reset",
        "x-amzn-errortype",
        "request-id",
      )
    val pieces =
      listOf("1", "9".repeat(40), ".", "-", "e9", "s", "ms", "h", "Wed, 21 Oct 2026 07:28:00 GMT") +
        listOf("2026-08-21T12:34:56Z", "\u0000", "\uD800", "٣", "𝟘", " ", ":", "#", "NaN", "T")

    fun Random.headerValue(): String = (0..nextInt(6)).joinToString("") { pieces.random(this) }

    fun Random.text(length: Int): String = buildString {
      repeat(length) {
        append(if (nextBoolean()) "{}[]\",:\\u0 '".random(this@text) else nextInt(0x10000).toChar())
      }
    }

    fun classifyAll(body: String) {
      for (provider in Provider.entries) {
        val classifier = ResponseClassifier.of(provider)
        for (status in statuses) {
          classifier.classifyError(status, { null }, body)
          classifier.classifyAnswer(status, { null }, body)
        }
      }
    }

    test("any header is read or ignored, and a wait is positive and not too long") {
      val random = Random(seed)
      repeat(20_000) { round ->
        val headers =
          headerNames.filter { random.nextBoolean() }.associateWith { random.headerValue() }
        withClue("seed $seed, round $round: $headers") {
          val wait = WaitHints.of(headers::get)?.duration

          if (wait != null) (wait > Duration.ZERO && wait <= WaitHints.LONGEST) shouldBe true
          ResponseClassifier.of(Provider.BEDROCK).classifyError(429, headers::get)
        }
      }
    }

    test("any body is read or ignored") {
      val random = Random(seed)
      repeat(300) { round ->
        val start = listOf("", "{", "[", "{\"error\":{\"message\":\"", "data: {").random(random)
        val body = start + random.text(random.nextInt(200))
        withClue("seed $seed, round $round") { classifyAll(body) }
      }
    }

    test("a golden body may be cut anywhere") {
      for (file in GoldenFile.all()) {
        val classifier = ResponseClassifier.of(file.provider)
        for (length in 0..file.body.length) {
          withClue("${file.name}, $length") {
            classifier.classifyError(file.status, file.header, file.body.take(length))
            val text = file.body.take(length)
            val meaning = classifier.classifyAnswer(file.status, file.header, text)
            classifier.classifyAnswer(file.status, file.header, text.toByteArray()) shouldBe meaning
          }
        }
      }
    }

    test("any character of a golden body may be another one") {
      val random = Random(seed)
      for (file in GoldenFile.all().filter { it.body.isNotEmpty() }) {
        val classifier = ResponseClassifier.of(file.provider)
        repeat(50) {
          val at = random.nextInt(file.body.length)
          val body = file.body.replaceRange(at, at + 1, random.text(1))
          withClue("${file.name}, seed $seed, $at") {
            classifier.classifyError(file.status, file.header, body)
            val bytes = body.toByteArray()
            classifier.classifyAnswer(file.status, file.header, bytes) shouldBe
              classifier.classifyAnswer(file.status, file.header, String(bytes))
          }
        }
      }
    }

    listOf(
        "lists" to "[".repeat(100_000),
        "objects" to "{\"a\":".repeat(100_000),
        "errors" to "{\"error\":".repeat(100_000),
        "closed lists" to "[".repeat(100_000) + "]".repeat(100_000),
        "codes" to "{\"error\":{" + "\"code\":\"x\",".repeat(100_000),
        "messages" to "{\"error\":{" + "\"message\":\"wait '\\\" \",".repeat(50_000),
        "quotes" to "{\"error\":{\"message\":\"" + "' ".repeat(100_000),
        "waits" to "{\"error\":{\"message\":\"" + "wait 1s ".repeat(100_000),
        "digits" to "{\"error\":{\"message\":\"try again in " + "9".repeat(1_000_000),
        "backslashes" to "{\"error\":{\"message\":\"" + "\\".repeat(1_000_000),
        "blanks" to " ".repeat(1_000_000),
        "events" to "data:".repeat(200_000),
      )
      .forEach { (name, bomb) ->
        test("a body of nothing but $name is dealt with soon") {
          val classifier = ResponseClassifier.of(Provider.OPENAI)

          // A hundredth of it is usual; a body that takes its square would need minutes.
          measureTime {
            classifier.classifyError(429, { null }, bomb)
            classifier.classifyAnswer(200, { null }, bomb)
          } shouldBeLessThan 2.seconds
        }
      }
  })
