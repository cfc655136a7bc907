package dev.holdfast.stop

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.coroutines.untilStopped
import dev.holdfast.testing.testBreaker
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

private fun answerAfter(steps: Int): Any =
  untilStopped(StopCondition.maxSteps(5)) { progress ->
    if (progress.steps() == steps) return "answer"
    10L
  }

class StopConditionTest :
  FunSpec({
    val steps = StopCondition.maxSteps(3)
    val tokens = StopCondition.tokenBudget(100)
    val never = StopCondition { null }
    val broken = StopCondition { error("must not be asked") }

    data class Row(val condition: StopCondition, val progress: AgentProgress, val why: String?)
    listOf(
        Row(steps, AgentProgress.start(), null),
        Row(steps, AgentProgress(2, 999), null),
        Row(steps, AgentProgress(3, 0), "3 of 3 steps are done"),
        Row(tokens, AgentProgress(9, 99), null),
        Row(tokens, AgentProgress(9, 100), "100 tokens of a budget of 100 are used"),
        Row(tokens, AgentProgress(9, 130), "130 tokens of a budget of 100 are used"),
        Row(StopCondition.anyOf(steps, tokens), AgentProgress(2, 99), null),
        Row(
          StopCondition.anyOf(never, steps, broken),
          AgentProgress(3, 0),
          "3 of 3 steps are done",
        ),
        Row(StopCondition.allOf(never, broken), AgentProgress(3, 100), null),
        Row(StopCondition.allOf(steps, tokens), AgentProgress(3, 99), null),
        Row(
          StopCondition.allOf(steps, StopCondition.anyOf(never, tokens)),
          AgentProgress(4, 100),
          "3 of 3 steps are done, and 100 tokens of a budget of 100 are used",
        ),
        Row({ StopReason.Other("the user left") }, AgentProgress.start(), "the user left"),
      )
      .forEachIndexed { number, row ->
        test("$number: after ${row.progress}: ${row.why ?: "go on"}") {
          row.condition.check(row.progress)?.describe() shouldBe row.why
        }
      }

    test("an open breaker stops the loop until its wait is over") {
      val time = ManualTime()
      val config = CircuitBreakerConfig.builder().failureThreshold(1).build()
      val breaker = CircuitBreaker.of("sonnet", config, time)
      val condition = StopCondition.circuitOpen(breaker)
      condition.check(AgentProgress.start()) shouldBe null

      breaker.acquire().failure()

      val reason = condition.check(AgentProgress.start())
      reason shouldBe StopReason.CircuitOpen("sonnet", Duration.ofSeconds(60))
      reason?.describe() shouldBe "circuit breaker 'sonnet' is open; retry after PT1M"
      time.advance(Duration.ofSeconds(60))
      condition.check(AgentProgress.start()) shouldBe null
    }

    test("a deadline stops the loop when it has passed") {
      val time = ManualTime()
      val condition = StopCondition.deadline(Deadline.after(Duration.ofMinutes(2), time), time)

      condition.check(AgentProgress.start()) shouldBe null
      time.advance(Duration.ofMinutes(2))

      condition.check(AgentProgress.start())?.describe() shouldBe "the deadline has passed"
      StopCondition.deadline(Deadline.none()).check(AgentProgress.start()) shouldBe null
    }

    test("a condition is shared by loops without their knowing of each other") {
      val condition = StopCondition.anyOf(steps, tokens)

      repeat(3) {
        var made = 0
        untilStopped(condition) {
          made++
          1L
        } shouldBe StopReason.StepsDone(3)
        made shouldBe 3
      }
    }

    test("the steps are told the progress and may suspend") {
      runTest {
        val seen = mutableListOf<AgentProgress>()

        val reason =
          untilStopped(tokens) {
            yield()
            seen += it
            60L
          }

        seen shouldBe listOf(AgentProgress(0, 0), AgentProgress(1, 60))
        reason shouldBe StopReason.TokensUsed(100, 120)
      }
    }

    test("a loop that has its answer leaves, and one that has none is told why") {
      answerAfter(2) shouldBe "answer"
      answerAfter(9) shouldBe StopReason.StepsDone(5)
    }

    test("no step is made if the condition says stop at once") {
      var made = 0

      untilStopped({ StopReason.DeadlinePassed() }) { 1L.also { made++ } }

      made shouldBe 0
    }

    test("of a breaker that was forced open nobody knows when it will be well") {
      val breaker = testBreaker()
      breaker.forceOpen()

      StopCondition.circuitOpen(breaker).check(AgentProgress.start())?.describe() shouldBe
        "circuit breaker 'sonnet' is open"
    }

    test("progress neither overflows nor turns back") {
      AgentProgress(Int.MAX_VALUE, Long.MAX_VALUE).afterStep(9) shouldBe
        AgentProgress(Int.MAX_VALUE, Long.MAX_VALUE)
    }

    val refused: Map<String, () -> Any> =
      mapOf(
        "maxSteps must be at least 1, but was 0" to { StopCondition.maxSteps(0) },
        "tokenBudget must be at least 1, but was 0" to { StopCondition.tokenBudget(0) },
        "conditions must have at least 1, but was empty" to { StopCondition.anyOf() },
        "steps must be at least 0, but was -1" to { AgentProgress(-1, 0) },
        "tokens must be at least 0, but was -1" to { AgentProgress(0, -1) },
        "used must be at least 0, but was -5" to { AgentProgress.start().afterStep(-5) },
      )
    refused.forEach { (message, make) ->
      test("refused: $message") {
        shouldThrow<IllegalArgumentException> { make() } shouldHaveMessage message
      }
    }
  })
