package dev.holdfast.providers.quota

import dev.holdfast.throttle.QuotaReading
import dev.holdfast.throttle.ThrottleGate
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.Random

private val date = "date" to "Fri, 21 Aug 2026 12:34:00 GMT"

private data class Reset(val header: String, val text: String, val expected: Duration?)

private fun rfc3339(text: String, expected: Duration?) =
  Reset("anthropic-ratelimit-tokens-reset", text, expected)

private fun goDuration(text: String, expected: Duration?) =
  Reset("x-ratelimit-reset-requests", text, expected)

private fun read(vararg headers: Pair<String, String>): QuotaHeaders =
  QuotaHeaders.of(headers.toMap()::get)

private fun anthropic(name: String, limit: Int, remaining: Int, reset: String) =
  arrayOf(
    "anthropic-ratelimit-$name-limit" to "$limit",
    "anthropic-ratelimit-$name-remaining" to "$remaining",
    "anthropic-ratelimit-$name-reset" to "2026-08-21T12:${reset}Z",
  )

private fun openAi(name: String, limit: Int, remaining: Int, reset: String) =
  arrayOf(
    "x-ratelimit-limit-$name" to "$limit",
    "x-ratelimit-remaining-$name" to "$remaining",
    "x-ratelimit-reset-$name" to reset,
  )

private fun seconds(seconds: Long): Duration = Duration.ofSeconds(seconds)

class QuotaHeadersTest :
  FunSpec({
    context("a reset is read or ignored, never thrown at") {
      withData<Reset>(
        { "${it.header}: <${it.text.take(70)}>" },
        rfc3339("2026-08-21T12:34:56Z", seconds(56)),
        rfc3339("2026-08-21T14:34:56.5+02:00", Duration.ofMillis(56_500)),
        rfc3339("2026-08-21T12:33:00Z", Duration.ZERO),
        rfc3339("2026-09-21T12:34:00Z", Duration.ofDays(31)),
        rfc3339("2026-09-21T12:34:01Z", null),
        rfc3339("+999999999-08-21T12:34:56Z", null),
        rfc3339("2026-08-21", null),
        rfc3339("2026-99-21T12:34:56Z", null),
        rfc3339("", null),
        rfc3339("soon", null),
        goDuration("1s", seconds(1)),
        goDuration("6m0s", seconds(360)),
        goDuration("12ms", Duration.ofMillis(12)),
        goDuration("1h2m3.5s", Duration.ofMillis(3_723_500)),
        goDuration("7.66s", Duration.ofMillis(7_660)),
        goDuration("90µs", Duration.ofNanos(90_000)),
        goDuration("0s", Duration.ZERO),
        goDuration(" 1s ", seconds(1)),
        goDuration("744h", Duration.ofDays(31)),
        goDuration("744h1s", null),
        goDuration("999999999999h", null),
        goDuration("1s".repeat(40), null),
        goDuration("30", null),
        goDuration("1", null),
        goDuration("-1s", null),
        goDuration("1 s", null),
        goDuration("1d", null),
        goDuration("s", null),
        goDuration("1.s", null),
        Reset("anthropic-ratelimit-unified-reset", "1787315696", seconds(56)),
        Reset("x-ratelimit-reset", "1787315696000", seconds(56)),
        Reset("x-ratelimit-reset", "1787315696", seconds(56)),
        Reset("x-ratelimit-reset", "60", null),
        Reset("x-ratelimit-reset", "99999999999999", null),
        Reset("x-ratelimit-reset", "99999999999999999999", null),
      ) { (header, text, expected) ->
        read(date, header to text).quotas.singleOrNull()?.resetsIn shouldBe expected
      }
    }

    test("a time of day without the date of the response is not known, a duration is") {
      val time = read("anthropic-ratelimit-tokens-reset" to "2026-08-21T12:34:56Z")
      val badDate = arrayOf("date" to "yesterday", *anthropic("tokens", 10, 0, "34:56"))

      time.quotas.shouldBeEmpty()
      read(*badDate).tightest() shouldBe QuotaReading(10, 1, Quota.UNTOLD_RESET)
      read("x-ratelimit-reset-tokens" to "1s").quotas.single().resetsIn shouldBe seconds(1)
    }

    context("numbers are read or ignored") {
      withData<Pair<String, Long?>>(
        { "<${it.first}>" },
        "0" to 0L,
        "50" to 50L,
        " 50 " to 50L,
        "999999999999999999" to 999999999999999999L,
        "9999999999999999999" to null,
        "-1" to null,
        "1.5" to null,
        "1e3" to null,
        "100;w=60" to null,
        "1,000" to null,
        "٣" to null,
        "" to null,
      ) { (text, expected) ->
        read("x-ratelimit-remaining-tokens" to text).quotas.singleOrNull()?.remaining shouldBe
          expected
      }
    }

    test("each family of headers is told apart by its names") {
      val headers =
        read(
          date,
          *anthropic("requests", 50, 49, "34:01"),
          *anthropic("input-tokens", 1000, 900, "34:01"),
          *anthropic("output-tokens", 1000, 800, "34:01"),
          *anthropic("tokens", 1000, 700, "34:01"),
          "anthropic-priority-input-tokens-remaining" to "3",
          "anthropic-priority-output-tokens-remaining" to "4",
          "anthropic-ratelimit-unified-reset" to "1787315696",
          *openAi("requests", 60, 59, "1s"),
          *openAi("tokens", 60, 58, "1s"),
          *openAi("project-tokens", 60, 57, "1s"),
          "x-ratelimit-remaining" to "5",
        )

      headers.quotas.map { it.dimension to it.remaining } shouldBe
        listOf(
          QuotaDimension.REQUESTS to 49L,
          QuotaDimension.TOKENS to 700L,
          QuotaDimension.INPUT_TOKENS to 900L,
          QuotaDimension.OUTPUT_TOKENS to 800L,
          QuotaDimension.PRIORITY_INPUT_TOKENS to 3L,
          QuotaDimension.PRIORITY_OUTPUT_TOKENS to 4L,
          QuotaDimension.UNIFIED to null,
          QuotaDimension.REQUESTS to 59L,
          QuotaDimension.TOKENS to 58L,
          QuotaDimension.PROJECT_TOKENS to 57L,
          QuotaDimension.REQUESTS to 5L,
        )
    }

    context("the tightest limit is the one for the gate") {
      withData<Triple<String, QuotaHeaders, QuotaReading?>>(
        { it.first },
        Triple("none", read(), null),
        Triple(
          "the smallest part, not the smallest number",
          read(*openAi("requests", 10, 9, "1s"), *openAi("tokens", 1000, 100, "2s")),
          QuotaReading(1000, 100, seconds(2)),
        ),
        Triple(
          "of those used up, the last reset",
          read(
            *openAi("requests", 10, 0, "1s"),
            *openAi("tokens", 1000, 0, "6m0s"),
            *openAi("project-tokens", 1000, 0, "2s"),
          ),
          QuotaReading(1000, 0, Duration.ofMinutes(6)),
        ),
        Triple(
          "a limit that is not told is what was left",
          read("x-ratelimit-remaining-tokens" to "0", "x-ratelimit-reset-tokens" to "1s"),
          QuotaReading(1, 0, seconds(1)),
        ),
        Triple(
          "the priority tier refuses nobody",
          read(
            date,
            "anthropic-priority-input-tokens-limit" to "10",
            "anthropic-priority-input-tokens-remaining" to "0",
            "anthropic-priority-input-tokens-reset" to "2026-08-21T12:34:56Z",
          ),
          null,
        ),
        Triple(
          "without a reset it lowers the headroom and closes nothing",
          read(
            "x-ratelimit-limit-requests" to "100",
            "x-ratelimit-remaining-requests" to "90",
            "x-ratelimit-limit-tokens" to "30000",
            "x-ratelimit-remaining-tokens" to "0",
          ),
          QuotaReading(30_000, 1, seconds(10)),
        ),
        Triple(
          "nothing is left, and neither limit nor reset are told",
          read("x-ratelimit-remaining-requests" to "0"),
          QuotaReading(1000, 1, seconds(10)),
        ),
        Triple(
          "something is left, and neither limit nor reset are told",
          read("x-ratelimit-remaining-requests" to "5"),
          null,
        ),
        Triple(
          "what closes the gate comes first",
          read("x-ratelimit-remaining-tokens" to "0", *openAi("requests", 10, 0, "1s")),
          QuotaReading(10, 0, seconds(1)),
        ),
        Triple(
          "Anthropic's tokens flow back all the time: there are a thousand of them soon",
          read(date, *anthropic("input-tokens", 2_000_000, 0, "35:00")),
          QuotaReading(2_000_000, 0, Duration.ofMillis(30)),
        ),
        Triple(
          "Anthropic's requests flow back one by one",
          read(date, *anthropic("requests", 50, 0, "35:00")),
          QuotaReading(50, 0, Duration.ofMillis(1200)),
        ),
        Triple(
          "a limit that is small in tokens is not closed until it is full",
          read(date, *anthropic("tokens", 500, 0, "35:00")),
          QuotaReading(500, 0, seconds(6)),
        ),
        Triple(
          "a limit of one request is back when it is full",
          read(date, *anthropic("requests", 1, 0, "35:00")),
          QuotaReading(1, 0, seconds(60)),
        ),
        Triple(
          "Anthropic's limit is not told",
          read(
            date,
            "anthropic-ratelimit-tokens-remaining" to "0",
            "anthropic-ratelimit-tokens-reset" to "2026-08-21T12:34:30Z",
          ),
          QuotaReading(1, 0, seconds(30)),
        ),
        Triple("a reset alone", read(date, "x-ratelimit-reset" to "1787315696"), null),
      ) { (_, headers, expected) ->
        headers.tightest() shouldBe expected
      }
    }

    test("a gate closes until the reset of a limit that is used up, and tells what is left of it") {
      val gate = ThrottleGate("model")

      gate.read(read(date, *anthropic("tokens", 1000, 250, "34:30")).tightest()!!, 0)
      gate.headroom(0) shouldBe 0.25
      gate.closedNanos(0) shouldBe 0

      gate.read(read(date, *openAi("tokens", 1000, 0, "30s")).tightest()!!, 0)
      gate.headroom(0) shouldBe 0.0
      gate.closedNanos(0) shouldBe seconds(30).toNanos()
    }

    test("a gate closes only until a small request fits where a limit refills all the time") {
      val gate = ThrottleGate("model")
      val headers = read(date, *anthropic("input-tokens", 2_000_000, 0, "35:00"))

      gate.read(headers.tightest()!!, 0)

      gate.closedNanos(0) shouldBe headers.waitFor(RequestEstimate(1000, 100))!!.toNanos()
      gate.closedNanos(Duration.ofMillis(30).toNanos()) shouldBe 0
    }

    test("a gate stays open where no reset is told, and less urgent work holds back for a while") {
      val gate = ThrottleGate("deployment")
      val azure = read("x-ratelimit-limit-tokens" to "1000", "x-ratelimit-remaining-tokens" to "0")

      gate.read(azure.tightest()!!, 0)

      gate.closedNanos(0) shouldBe 0
      gate.headroom(0) shouldBe 0.001
      gate.headroom(seconds(10).toNanos()) shouldBe 1.0
    }

    context("the wait is that of the limit that the request fits into last") {
      val estimate = RequestEstimate(400, 200)
      withData<Triple<String, QuotaHeaders, Duration?>>(
        { it.first },
        Triple("nothing is told", read(), Duration.ZERO),
        Triple(
          "it fits to the last token",
          read(*openAi("tokens", 1000, 600, "1m"), *openAi("requests", 9, 1, "1m")),
          Duration.ZERO,
        ),
        Triple("a token is missing", read(*openAi("tokens", 1000, 599, "1m")), seconds(60)),
        Triple("no request is left", read(*openAi("requests", 9, 0, "2s")), seconds(2)),
        Triple("larger than the limit", read(*openAi("tokens", 599, 599, "1s")), null),
        Triple(
          "larger than a limit whose rest is not told",
          read("x-ratelimit-limit-tokens" to "599"),
          null,
        ),
        Triple("the reset is not told", read("x-ratelimit-remaining-tokens" to "0"), Duration.ZERO),
        Triple(
          "Anthropic refills all the time: half of what is missing, half of the time",
          read(date, *anthropic("input-tokens", 800, 0, "34:30")),
          seconds(15),
        ),
        Triple(
          "Anthropic does not count the answer beforehand",
          read(
            date,
            *anthropic("tokens", 1000, 400, "34:30"),
            *anthropic("output-tokens", 100, 1, "34:30"),
          ),
          Duration.ZERO,
        ),
        Triple(
          "the longest of all",
          read(*openAi("tokens", 1000, 0, "3s"), *openAi("requests", 9, 0, "2s")),
          seconds(3),
        ),
        Triple(
          "the priority tier is no limit",
          read("anthropic-priority-input-tokens-limit" to "1"),
          Duration.ZERO,
        ),
      ) { (_, headers, expected) ->
        headers.waitFor(estimate) shouldBe expected
      }
    }

    test("no header is too strange to be ignored") {
      val random = Random(1)
      val noise = "0123456789.:-+TZhmsµ GMT,;\n\u0000😀٣e"
      val estimate = RequestEstimate(Long.MAX_VALUE, Long.MAX_VALUE)
      repeat(5000) {
        val headers =
          QuotaHeaders.of {
            if (it == "date" && random.nextBoolean()) date.second
            else
              buildString {
                repeat(random.nextInt(24)) { append(noise[random.nextInt(noise.length)]) }
              }
          }
        headers.tightest()
        headers.waitFor(estimate)
      }
    }

    context("the name of a header tells whether it tells a limit") {
      withData(
        "anthropic-ratelimit-requests-limit" to true,
        "anthropic-ratelimit-unified-reset" to true,
        "anthropic-priority-input-tokens-remaining" to true,
        "X-RateLimit-Reset" to true,
        "x-ratelimit-remaining-project-tokens" to true,
        "anthropic-organization-id" to false,
        "x-request-id" to false,
      ) { (name, expected) ->
        QuotaHeaders.isOne(name) shouldBe expected
      }
    }

    test("every header that is read is one by its name") {
      for (limit in HeaderFamily.entries.flatMap { it.limits }) {
        for (name in listOf(limit.limit, limit.remaining, limit.reset)) {
          withClue(name) { QuotaHeaders.isOne(name) shouldBe true }
        }
      }
    }
  })
