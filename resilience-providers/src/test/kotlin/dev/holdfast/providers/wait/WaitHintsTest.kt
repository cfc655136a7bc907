package dev.holdfast.providers.wait

import dev.holdfast.providers.wait.WaitSource.BODY_FIELD
import dev.holdfast.providers.wait.WaitSource.RESET_HEADER
import dev.holdfast.providers.wait.WaitSource.RETRY_AFTER
import dev.holdfast.providers.wait.WaitSource.RETRY_AFTER_MS
import dev.holdfast.providers.wait.WaitSource.RETRY_INFO
import dev.holdfast.providers.wait.WaitSource.TEXT
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.time.Duration

private class Case(
  val hint: WaitHint?,
  val headers: Map<String, String> = mapOf(),
  val body: String? = null,
) {
  override fun toString(): String = "$headers $body"
}

class WaitHintsTest :
  FunSpec({
    val now = "date" to "Wed, 21 Oct 2026 07:28:00 GMT"
    val inAMinute = "retry-after" to "Wed, 21 Oct 2026 07:29:00 GMT"

    fun hint(duration: String, source: WaitSource) = WaitHint(Duration.parse(duration), source)

    fun seconds(text: String, wait: String?) =
      Case(wait?.let { hint(it, RETRY_AFTER) }, mapOf("retry-after" to text))

    fun reset(wait: String?, vararg headers: Pair<String, String>) =
      Case(wait?.let { hint(it, RESET_HEADER) }, mapOf(*headers))

    fun words(message: String, wait: String?) =
      Case(wait?.let { hint(it, TEXT) }, body = """{"error":{"message":"$message"}}""")

    context("retry-after is read or ignored") {
      withData<Case>(
        { it.toString() },
        Case(null),
        seconds("30", "PT30S"),
        seconds(" 30 ", "PT30S"),
        seconds("1.5", "PT1.5S"),
        seconds("0.001", "PT0.001S"),
        Case(hint("PT1.234S", RETRY_AFTER_MS), mapOf("retry-after-ms" to "1234")),
        Case(hint("PT1.2345S", RETRY_AFTER_MS), mapOf("retry-after-ms" to "1234.5")),
        Case(hint("PT1.234S", RETRY_AFTER_MS), mapOf("x-ms-retry-after-ms" to "1234")),
        Case(
          hint("PT1.5S", RETRY_AFTER_MS),
          mapOf("retry-after-ms" to "1500", "retry-after" to "1"),
        ),
        Case(hint("PT1S", RETRY_AFTER), mapOf("retry-after-ms" to "soon", "retry-after" to "1")),
        Case(hint("PT76H16M19S", RETRY_AFTER_MS), mapOf("retry-after-ms" to "274579000")),
        Case(hint("PT1M", RETRY_AFTER), mapOf(now, inAMinute)),
        Case(hint("PT1M", RETRY_AFTER), mapOf(inAMinute)),
        Case(hint("PT1M", RETRY_AFTER), mapOf("date" to "yesterday", inAMinute)),
        Case(null, mapOf("retry-after" to "Wed, 99 Oct 2026 07:27:00 GMT")),
        Case(null, mapOf(now, "retry-after" to "Wed, 21 Oct 2026 07:27:00 GMT")),
        Case(null, mapOf(now, "retry-after" to "Wed, 99 Oct 2026 07:27:00 GMT")),
        Case(null, mapOf(now, "retry-after" to "Wed, 21 Oct 9999 07:27:00 GMT")),
        seconds("0", null),
        seconds("-5", null),
        seconds("NaN", null),
        seconds("Infinity", null),
        seconds("1e3", null),
        seconds("1d", null),
        seconds("0x10", null),
        seconds(".", null),
        seconds("1.2.3", null),
        seconds("", null),
        seconds("1 2", null),
        seconds("٣", null),
        seconds("99999999999999999999999999", null),
        seconds("2678400", "PT744H"),
        seconds("2678401", "PT744H"),
        seconds("9999999", "PT744H"),
        seconds("315359999", "PT744H"),
        seconds("315360000", null),
        seconds("1792567800", null),
        Case(hint("PT744H", RETRY_AFTER_MS), mapOf("retry-after-ms" to "9999999999")),
        Case(
          hint("PT744H", RETRY_AFTER),
          mapOf(now, "retry-after" to "Thu, 21 Oct 2027 07:28:00 GMT"),
        ),
      ) {
        WaitHints.of(it.headers::get) shouldBe it.hint
      }
    }

    context("of the limits that are used up, the longest reset counts") {
      withData<Case>(
        { it.toString() },
        reset("PT6M", "x-ratelimit-remaining-tokens" to "0", "x-ratelimit-reset-tokens" to "6m0s"),
        reset(
          "PT0.012S",
          "x-ratelimit-remaining-tokens" to "0",
          "x-ratelimit-reset-tokens" to "12ms",
        ),
        reset(
          "PT1H2M3.5S",
          "x-ratelimit-remaining-tokens" to "0",
          "x-ratelimit-reset-tokens" to "1s",
          "x-ratelimit-remaining-requests" to "0",
          "x-ratelimit-reset-requests" to "1h2m3.5s",
        ),
        reset("PT1S", "x-ratelimit-reset-requests" to "1s"),
        reset(null, "x-ratelimit-remaining-requests" to "7", "x-ratelimit-reset-requests" to "1s"),
        reset(
          "PT2S",
          "x-ratelimit-remaining-requests" to "0",
          "x-ratelimit-reset-requests" to "2s",
          "x-ratelimit-reset-tokens" to "9s",
        ),
        reset(
          "PT59S",
          now,
          "anthropic-ratelimit-tokens-remaining" to "0",
          "anthropic-ratelimit-tokens-reset" to "2026-10-21T07:28:59Z",
        ),
        reset("PT2M", now, "anthropic-ratelimit-unified-reset" to "1792567800"),
        reset(
          null,
          now,
          "anthropic-ratelimit-unified-status" to "allowed_warning",
          "anthropic-ratelimit-unified-reset" to "1792567800",
        ),
        reset("PT2M", now, "x-ratelimit-reset" to "1792567800000"),
        reset(null, "x-ratelimit-reset" to "1792567800000"),
        reset(null, now, "x-ratelimit-reset" to "1792567000"),
        reset("PT10S", "x-ratelimit-reset" to "10"),
        reset("PT744H", "x-ratelimit-reset" to "745h"),
        reset("PT30S", "ratelimit-remaining" to "0", "ratelimit-reset" to "30"),
        reset(null, "x-ratelimit-reset" to "1792567800000000000"),
        reset(null, "x-ratelimit-reset" to "6m0x"),
        reset(null, "x-ratelimit-reset" to "m"),
        reset("PT0.00009S", "x-ratelimit-reset" to "90\u00b5s"),
        reset(null, "x-ratelimit-reset" to "6 minutes"),
      ) {
        WaitHints.of(it.headers::get) shouldBe it.hint
      }
    }

    context("the body is asked after retry-after, and its words last of all") {
      withData<Case>(
        { it.toString() },
        words("Please try again in 1.4s. Visit us.", "PT1.4S"),
        words("Please retry in 10.689924287s.", "PT10.689924287S"),
        words("Please retry after 6 seconds.", "PT6S"),
        words("Please retry after 86400 seconds.", "PT24H"),
        words("Try again in 7m12s.", "PT7M12S"),
        words("try again in 1 minute 20 seconds", "PT1M20S"),
        words("Please wait 250ms", "PT0.25S"),
        words("Try again in 2 days", "PT48H"),
        words("Try again in 20s后", "PT20S"),
        words("Try again in 1s or retry after 3s", "PT3S"),
        words("Try again in 99999999999999999999 seconds", null),
        words("Try again in 40 days", "PT744H"),
        words("Try again in 3650 days", null),
        words("Try again in a moment", null),
        words("Try again in 20", null),
        words("Used 29500, Requested 1200", null),
        words("You wrote 'try again in 9s'", null),
        words("You wrote \\\"try again in 9s\\\"", null),
        Case(
          hint("PT22S", RETRY_INFO),
          body =
            """{"error":{"message":"retry in 9s","details":[{"retryDelay":"22s"},{"retryDelay":"3s"}]}}""",
        ),
        Case(
          hint("PT9S", TEXT),
          body = """{"error":{"message":"retry in 9s","details":[{"retryDelay":"soon"}]}}""",
        ),
        Case(
          hint("PT12S", BODY_FIELD),
          body = """{"error":{"availability":{"retry_after":12},"message":"retry in 9s"}}""",
        ),
        Case(
          hint("PT1S", RETRY_AFTER),
          mapOf("retry-after" to "1"),
          """{"error":{"details":[{"retryDelay":"22s"}]}}""",
        ),
      ) {
        WaitHints.of(it.headers::get, it.body) shouldBe it.hint
      }
    }

    test("what is longer than the longest wait is cut to it") {
      val long = mapOf("retry-after-ms" to "61000", "retry-after" to "59")
      val undated = mapOf(inAMinute)

      WaitHints.of(long::get, null, Duration.ofMinutes(1)) shouldBe hint("PT1M", RETRY_AFTER_MS)
      WaitHints.of(undated::get, null, Duration.ofSeconds(9)) shouldBe hint("PT9S", RETRY_AFTER)
    }

    test("what is absurd is ignored, and the next form is asked") {
      val headers = mapOf("retry-after-ms" to "1792567800000", "retry-after" to "59")

      WaitHints.of(headers::get) shouldBe hint("PT59S", RETRY_AFTER)
    }

    test("the longest wait must be positive") {
      shouldThrow<IllegalArgumentException> { WaitHints.of({ null }, null, Duration.ZERO) }
        .message shouldBe "longest must be positive, but was PT0S"
    }
  })
