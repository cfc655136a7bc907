package dev.holdfast.stream

import dev.holdfast.Resilience
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Duration

/** What becomes of a stream that no model completes, and what its options say. */
class StreamOptionsTest :
  FunSpec({
    val scenarios =
      listOf(
        StreamScenario(
          "a degraded stream is given before content",
          listOf("!UNKNOWN", "~start !UNKNOWN"),
          listOf("a at 0", "b at 0", "~cached at 1", "cached at 1", "complete at 1") +
            "DEGRADED [0, 0]",
          degraded = "1:~cached cached end",
        ),
        StreamScenario(
          "a degraded stream that fails ends the call",
          listOf("!UNKNOWN", "!UNKNOWN"),
          listOf("a at 0", "b at 0", "one at 0", "SERVER_ERROR at 0", "FAILED [0, 0]"),
          degraded = "one !SERVER_ERROR",
        ),
        StreamScenario(
          "a consumer that has enough of a degraded stream leaves it degraded",
          listOf("!UNKNOWN", "!UNKNOWN"),
          listOf("a at 0", "b at 0", "one at 0", "left at 0", "DEGRADED [0, 0]"),
          degraded = "one two end",
          takes = 1,
        ),
        StreamScenario(
          "a wait hint is obeyed",
          listOf("!RATE_LIMITED", "one end"),
          listOf("a at 0", "a at 4", "one at 4", "complete at 4", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "an open circuit is passed over",
          listOf("one end"),
          listOf("b at 0", "one at 0", "complete at 0", "ANSWERED [3, 0]"),
          prepare = { breakers().breaker("a").trip() },
        ),
        StreamScenario(
          "a closed gate is waited for",
          listOf("one end"),
          listOf("a at 6", "one at 6", "complete at 6", "ANSWERED [0, 0]"),
          prepare = { closeGateOf("a") },
        ),
        StreamScenario(
          "an empty stream is complete",
          listOf("3:end"),
          listOf("a at 0", "complete at 3", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "a stream without content is passed on at its end",
          listOf("~start 3:~stop end"),
          listOf("a at 0", "~start at 3", "~stop at 3", "complete at 3", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "more items than may be held back are let through, and count as content",
          listOf("~1 ~2 1:~3 1:!OVERLOADED"),
          listOf("a at 0", "~1 at 1", "~2 at 1", "~3 at 1") +
            "interrupted [~1, ~2, ~3] by OVERLOADED at 2" +
            "FAILED [1, 0]",
          options = { heldItems(2) },
        ),
        StreamScenario(
          "a stream that ends without its last item is broken before content",
          listOf("~start end", "~start end", "one ~stop end"),
          listOf("a at 0", "a at 1", "b at 1", "one at 1", "~stop at 1", "complete at 1") +
            "ANSWERED [2, 0]",
          options = { isLast { it == "~stop" } },
        ),
        StreamScenario(
          "a stream that ends without its last item is interrupted after content",
          listOf("one end"),
          listOf("a at 0", "one at 0") +
            "interrupted [one] by IncompleteStreamException at 0" +
            "FAILED [1, 0]",
          options = { isLast { it == "~stop" } },
        ),
        StreamScenario(
          "how a stream ends after its last item does not matter",
          listOf("one ~stop 1:!CONNECTION_LOST"),
          listOf("a at 0", "one at 0", "~stop at 0", "complete at 1", "ANSWERED [0, 0]"),
          options = { isLast { it == "~stop" } },
        ),
        StreamScenario(
          "a connection that is left open after the last item is not waited for beyond the gap",
          listOf("one ~stop hang"),
          listOf("a at 0", "one at 0", "~stop at 0", "complete at 20", "ANSWERED [0, 0]"),
          options = { isLast { it == "~stop" } },
        ),
        StreamScenario(
          "an option that throws before content ends the call with that",
          listOf("~start boom"),
          listOf("a at 0", "IllegalStateException at 0", "FAILED [0, 0]"),
          degraded = "never",
        ),
        StreamScenario(
          "an option that throws after content interrupts the stream, and no model is blamed",
          listOf("one boom"),
          listOf("a at 0", "one at 0", "interrupted [one] by IllegalStateException at 0") +
            "FAILED [0, 0]",
        ),
        StreamScenario(
          "what the caller must see ends the call",
          listOf("~start !INVALID_REQUEST"),
          listOf("a at 0", "INVALID_REQUEST at 0", "FAILED [0, 0]"),
          degraded = "never",
        ),
      )

    scenarios.forEach { scenario ->
      StreamFace.entries.forEach { face ->
        test("$face: $scenario") { face.run(scenario) shouldContainExactly scenario.expected }
      }
    }
  })

private fun Resilience.closeGateOf(model: String) {
  forModel(model).plan<Unit>(false).use {
    it.next()
    it.stream().failed(Failure(FailureClass.RATE_LIMITED, Duration.ofSeconds(6), null))
  }
}
