package dev.holdfast.stream

import dev.holdfast.testing.fail
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Duration

/** What becomes of a stream, from its first item to its end. */
class StreamFacesTest :
  FunSpec({
    val scenarios =
      listOf(
        StreamScenario(
          "a stream that completes is passed on as it comes",
          listOf("2:one 1:two 1:end"),
          listOf("a at 0", "one at 2", "two at 3", "complete at 4", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "what is no content is held back until there is content",
          listOf("~start 2:~ping 1:one ~stop end"),
          listOf("a at 0", "~start at 3", "~ping at 3", "one at 3", "~stop at 3") +
            listOf("complete at 3", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "a failure before content is tried again, and nothing of the failed attempt is seen",
          listOf("~lost 2:!OVERLOADED", "~start one end"),
          listOf("a at 0", "a at 3", "~start at 3", "one at 3", "complete at 3", "ANSWERED [0, 0]"),
        ),
        StreamScenario(
          "a model that fails before content is left for the next one",
          listOf("!SERVER_ERROR", "!!SERVER_ERROR", "~lost !SERVER_ERROR", "one end"),
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "one at 2", "complete at 2") +
            "ANSWERED [3, 0]",
        ),
        StreamScenario(
          "a failure after content interrupts the stream, and no other model is asked",
          listOf("~start one 2:two 1:!OVERLOADED"),
          listOf("a at 0", "~start at 0", "one at 0", "two at 2") +
            "interrupted [~start, one, two] by OVERLOADED at 3" +
            "FAILED [1, 0]",
          degraded = "never",
        ),
        StreamScenario(
          "a rate limit in the middle of a stream does not count",
          listOf("one 2:!RATE_LIMITED"),
          listOf("a at 0", "one at 0", "interrupted [one] by RATE_LIMITED at 2", "FAILED [0, 0]"),
        ),
        StreamScenario(
          "an unknown failure in the middle of a stream counts",
          listOf("one !UNKNOWN"),
          listOf("a at 0", "one at 0", "interrupted [one] by UNKNOWN at 0", "FAILED [1, 0]"),
        ),
        StreamScenario(
          "as much is remembered of what arrived as was asked for",
          listOf("one two three !OVERLOADED"),
          listOf("a at 0", "one at 0", "two at 0", "three at 0") +
            "interrupted [one, two] by OVERLOADED at 0" +
            "FAILED [1, 0]",
          options = { receivedItems(2) },
        ),
        StreamScenario(
          "a first content that does not come is a timeout, whatever comes before it",
          listOf("~start 20:~ping 20:one", "~start hang", "3:one end"),
          listOf("a at 0", "a at 31", "b at 61", "one at 64", "complete at 64", "ANSWERED [2, 0]"),
        ),
        StreamScenario(
          "a gap after content interrupts the stream, whatever comes in it",
          listOf("25:one 15:~ping 15:two end"),
          listOf("a at 0", "one at 25", "~ping at 40") +
            "interrupted [one, ~ping] by AttemptTimeoutException at 45" +
            "FAILED [1, 0]",
        ),
        StreamScenario(
          "a stream may last as long as its gaps are short",
          listOf("19:one 19:two 19:three 19:end"),
          listOf("a at 0", "one at 19", "two at 38", "three at 57", "complete at 76") +
            "ANSWERED [0, 0]",
        ),
        StreamScenario(
          "the time of a slow consumer is no gap",
          listOf("one 15:two end"),
          listOf("a at 0", "one at 0", "two at 55", "complete at 95", "ANSWERED [0, 0]"),
          slow = 40,
        ),
        StreamScenario(
          "the deadline in the middle of a stream says nothing about the model",
          listOf("one 15:two 15:three"),
          listOf("a at 0", "one at 0", "two at 15") +
            "interrupted [one, two] by DeadlineExceededException at 25" +
            "FAILED [0, 0]",
          deadline = Duration.ofSeconds(25),
        ),
        StreamScenario(
          "the deadline before content ends the call as it does every call",
          listOf("~start hang"),
          listOf("a at 0", "DeadlineExceededException at 25", "FAILED [0, 0]"),
          deadline = Duration.ofSeconds(25),
        ),
        StreamScenario(
          "a consumer that has enough leaves a success",
          listOf("one two three end"),
          listOf("a at 0", "one at 0", "two at 0", "left at 0", "LEFT [0, 0]"),
          takes = 2,
          prepare = { breakers().breaker("a").fail(2) },
        ),
        StreamScenario(
          "a consumer that throws leaves a success",
          listOf("one two end"),
          listOf("a at 0", "one at 0", "left at 0", "LEFT [0, 0]"),
          throwsAt = 1,
          prepare = { breakers().breaker("a").fail(2) },
        ),
        StreamScenario(
          "a consumer cancelled after content leaves a success",
          listOf("one hang"),
          listOf("a at 0", "one at 0", "cancelled at 5", "LEFT [0, 0]"),
          cancelledAt = 5,
          prepare = { breakers().breaker("a").fail(2) },
        ),
        StreamScenario(
          "a consumer cancelled before content says nothing about the model",
          listOf("~start hang"),
          listOf("a at 0", "cancelled at 5", "CANCELLED [2, 0]"),
          cancelledAt = 5,
          prepare = { breakers().breaker("a").fail(2) },
        ),
        StreamScenario(
          "a consumer cancelled while the call waits makes no attempt more",
          listOf("!RATE_LIMITED"),
          listOf("a at 0", "cancelled at 2", "CANCELLED [0, 0]"),
          cancelledAt = 2,
          degraded = "never",
        ),
        StreamScenario(
          "a consumer cancelled before the degraded stream shows anything has given up",
          List(6) { "!SERVER_ERROR" },
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4", "cancelled at 9") +
            "CANCELLED [3, 3]",
          cancelledAt = 9,
          degraded = "hang",
        ),
        StreamScenario(
          "a consumer cancelled in the middle of the degraded stream had an answer",
          List(6) { "!SERVER_ERROR" },
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4", "sorry at 4") +
            listOf("cancelled at 9", "DEGRADED [3, 3]"),
          cancelledAt = 9,
          degraded = "sorry hang",
        ),
        StreamScenario(
          "a consumer cancelled in the queue leaves it",
          emptyList(),
          listOf("cancelled at 2", "CANCELLED [0, 0]"),
          cancelledAt = 2,
          prepare = { bulkhead()!!.acquire() },
        ),
        StreamScenario(
          "a full bulkhead refuses the stream when its wait is over",
          emptyList(),
          listOf("BulkheadFullException at 100", "FAILED [0, 0]"),
          deadline = Duration.ofSeconds(100),
          prepare = { bulkhead()!!.acquire() },
        ),
        StreamScenario(
          "a probe has succeeded with the first content, although the stream fails later",
          listOf("one !OVERLOADED"),
          listOf("a at 0", "one at 0", "interrupted [one] by OVERLOADED at 0", "FAILED [0, 0]"),
          later = 10,
          prepare = { breakers().breaker("a").trip() },
        ),
      )

    scenarios.forEach { scenario ->
      StreamFace.entries.forEach { face ->
        test("$face: $scenario") { face.run(scenario) shouldContainExactly scenario.expected }
      }
    }
  })
