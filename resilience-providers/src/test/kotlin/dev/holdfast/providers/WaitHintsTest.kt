package dev.holdfast.providers

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.time.Duration

private data class Hint(val headers: Map<String, String>, val wait: Duration?)

class WaitHintsTest :
  FunSpec({
    val now = "date" to "Wed, 21 Oct 2026 07:28:00 GMT"
    val inAMinute = "retry-after" to "Wed, 21 Oct 2026 07:29:00 GMT"

    fun seconds(text: String) = mapOf("retry-after" to text)

    context("headers are read or ignored, never thrown at") {
      withData<Hint>(
        { it.headers.toString() },
        Hint(mapOf(), null),
        Hint(seconds("30"), Duration.ofSeconds(30)),
        Hint(seconds(" 30 "), Duration.ofSeconds(30)),
        Hint(seconds("1.5"), Duration.ofMillis(1500)),
        Hint(seconds("0.001"), Duration.ofMillis(1)),
        Hint(mapOf("retry-after-ms" to "1234"), Duration.ofMillis(1234)),
        Hint(mapOf("x-ms-retry-after-ms" to "1234"), Duration.ofMillis(1234)),
        Hint(mapOf("retry-after-ms" to "1500", "retry-after" to "1"), Duration.ofMillis(1500)),
        Hint(mapOf("retry-after-ms" to "soon", "retry-after" to "1"), Duration.ofSeconds(1)),
        Hint(mapOf("retry-after-ms" to "274579000"), Duration.ofMillis(274579000)),
        Hint(mapOf(now, inAMinute), Duration.ofMinutes(1)),
        Hint(mapOf(inAMinute), null),
        Hint(mapOf("date" to "yesterday", inAMinute), null),
        Hint(mapOf(now, "retry-after" to "Wed, 21 Oct 2026 07:27:00 GMT"), null),
        Hint(mapOf(now, "retry-after" to "Wed, 99 Oct 2026 07:27:00 GMT"), null),
        Hint(mapOf(now, "retry-after" to "Wed, 21 Oct 9999 07:27:00 GMT"), null),
        Hint(seconds("0"), null),
        Hint(seconds("-5"), null),
        Hint(seconds("NaN"), null),
        Hint(seconds("Infinity"), null),
        Hint(seconds("1e3"), null),
        Hint(seconds("1d"), null),
        Hint(seconds("0x10"), null),
        Hint(seconds("."), null),
        Hint(seconds(""), null),
        Hint(seconds("1 2"), null),
        Hint(seconds("99999999999999999999999999"), null),
        Hint(seconds("2678401"), null),
        Hint(seconds("2678400"), Duration.ofDays(31)),
      ) { (headers, wait) ->
        WaitHints.of(headers::get) shouldBe wait
      }
    }
  })
