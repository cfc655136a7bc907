package dev.holdfast.retry

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.leastJitter
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.TimeoutException

private class Mine(message: String) : RuntimeException(message)

private val refused = ConnectException()
private val mine = Mine("mine")

/** Takes [Mine] for an overload with a hint of 2 seconds, and the string `busy` too. */
private object Hinting : Classifier<Any?> {
  override fun ofException(thrown: Throwable) =
    if (thrown is Mine) overload(thrown) else Classifier.standard().ofException(thrown)

  override fun ofResult(result: Any?) = if (result == "busy") overload(null) else null

  private fun overload(cause: Throwable?) =
    Failure(FailureClass.OVERLOADED, Duration.ofSeconds(2), cause)
}

/** What a call answers, attempt by attempt, and what comes of it. */
private class Row(
  val name: String,
  val answers: List<Any?>,
  val attempts: Int,
  val waited: Long,
  val deadline: Long? = null,
  val settings: Retry.Builder.() -> Unit = {},
)

class RetryFacesTest :
  FunSpec({
    val rows =
      listOf(
        Row("a success is not retried", listOf("ok"), 1, 0),
        Row("null is a success", listOf(null), 1, 0),
        Row("a failure is retried until it succeeds", listOf(refused, refused, "ok"), 3, 2000),
        Row(
          "the last exception ends it",
          listOf(refused, IOException("b"), IOException("c")),
          2,
          1000,
        ),
        Row("four attempts, all failing", List(9) { refused }, 4, 3000) { maxAttempts(4) },
        Row("one attempt means no retry", listOf(refused, "ok"), 1, 0) { maxAttempts(1) },
        Row("what may have been billed is retried once", List(3) { TimeoutException() }, 2, 1000),
        Row(
          "a cancellation not the caller's is a timeout",
          List(3) { CancellationException() },
          2,
          1000,
        ),
        Row("an exception that nobody knows is final", listOf(mine, "ok"), 1, 0),
        Row("unless the predicate retries it", listOf(mine, mine, "ok"), 3, 2000) {
          retryIf { it is Mine }
        },
        Row("the predicate retries no other", listOf(refused, "ok"), 1, 0) {
          retryIf { it is Mine }
        },
        Row(
          "an Error is retried if the predicate says so",
          listOf(AssertionError(), "ok"),
          2,
          1000,
        ) {
          retryIf { true }
        },
        Row(
          "our own rejection is final for any predicate",
          listOf(DeadlineExceededException()),
          1,
          0,
        ) {
          retryIf { true }
        },
        Row("a predicate that throws ends it", listOf(refused, "ok"), 1, 0) {
          retryIf { error("broken") }
        },
        Row("a classifier that throws ends it", listOf(refused, "ok"), 1, 0) {
          classifier { error("broken") }
        },
        Row("a backoff that throws ends it", listOf(refused, "ok"), 1, 0) {
          backoff { _, _ -> error("broken") }
        },
        Row("a result is retried by the predicate", listOf("bad", null, "ok"), 3, 2000) {
          retryIfResult { it != "ok" }
        },
        Row("the last bad result is returned", List(5) { "bad" }, 3, 2000) {
          retryIfResult { it == "bad" }
        },
        Row("the last bad result of null is returned", List(5) { null }, 3, 2000) {
          retryIfResult { it == null }
        },
        Row("after an exception the last bad result is returned", listOf(refused, "bad"), 2, 1000) {
          maxAttempts(2)
          retryIfResult { it == "bad" }
        },
        Row("after a bad result the last exception is thrown", listOf("bad", refused), 2, 1000) {
          maxAttempts(2)
          retryIfResult { it == "bad" }
        },
        Row("a result predicate that throws lets the result be", listOf("bad", "ok"), 1, 0) {
          retryIfResult { error("broken") }
        },
        Row("a hint is a floor", listOf(mine, "ok"), 2, 2000) { classifier(Hinting) },
        Row("the hint of a result is a floor", listOf("busy", "ok"), 2, 2000) {
          classifier(Hinting)
        },
        Row("a longer backoff stays", listOf(mine, "ok"), 2, 3000) {
          classifier(Hinting)
          backoff(Backoff.fixed(Duration.ofSeconds(3)))
        },
        Row("a predicate keeps the hint", listOf(mine, "ok"), 2, 2000) {
          classifier(Hinting)
          retryIf { true }
        },
        Row("a hint at the cap is waited for", listOf(mine, "ok"), 2, 2000) {
          classifier(Hinting)
          maxWait(Duration.ofSeconds(2))
        },
        Row("a hint beyond the cap ends it", listOf(mine, "ok"), 1, 0) {
          classifier(Hinting)
          maxWait(Duration.ofMillis(1999))
        },
        Row(
          "a wait that ends before the deadline",
          listOf(refused, "ok"),
          2,
          1000,
          deadline = 1001,
        ),
        Row("no wait begins that reaches it", listOf(refused, "ok"), 1, 0, deadline = 1000),
        Row("no second wait begins that passes it", List(3) { refused }, 2, 1000, deadline = 1500),
        Row("no hint is waited for that passes it", listOf(mine, "ok"), 1, 0, deadline = 1900) {
          classifier(Hinting)
        },
      )

    RetryFace.entries.forEach { face ->
      rows.forEach { row ->
        test("$face: ${row.name}") {
          var attempts = 0
          fun make(time: Time) =
            Retry.builder()
              .time(time)
              .random(leastJitter)
              .backoff(Backoff.fixed(Duration.ofSeconds(1)))
              .apply(row.settings)
              .build()

          val outcome =
            face.call(row.deadline?.let(Duration::ofMillis), ::make) {
              val answer = row.answers[attempts++]
              if (answer is Throwable) throw answer else answer
            }

          attempts shouldBe row.attempts
          outcome.waited.toMillis() / 100 shouldBe row.waited / 100
          val last = row.answers[row.attempts - 1]
          if (last is Throwable) outcome.result.exceptionOrNull().isOrCopies(last) shouldBe true
          else outcome.result.getOrThrow() shouldBe last
        }
      }

      test("$face: the earlier exceptions are suppressed ones of the last, each once") {
        val failures =
          listOf(IOException("a"), IOException("b"), IOException("b"), IOException("c"))
        val answers = ArrayDeque(failures.take(2) + failures[1] + failures[0] + failures[3])

        val outcome = face.call(make = { retrying(it, 5) }) { throw answers.removeFirst() }

        val thrown = outcome.result.exceptionOrNull()
        thrown shouldBeSameInstanceAs failures[3]
        thrown?.suppressed?.toList() shouldBe failures.take(2)
      }

      test("$face: an exception that is thrown each time is no suppressed one of itself") {
        val same = IOException()

        val outcome = face.call(make = { retrying(it, 50) }) { throw same }

        outcome.result.exceptionOrNull()?.suppressed?.size shouldBe 0
      }

      test("$face: no more than 16 earlier exceptions are kept") {
        val outcome = face.call(make = { retrying(it, 40) }) { throw IOException() }

        outcome.result.exceptionOrNull()?.suppressed?.size shouldBe 16
      }

      test("$face: what a broken predicate throws goes with the exception") {
        val broken = IllegalStateException("broken")
        val failure = IOException()

        face.call(make = { retrying(it, 3) { retryIf { throw broken } } }) { throw failure }

        failure.suppressed.toList() shouldBe listOf(broken)
      }

      test("$face: a deadline that has passed makes no attempt") {
        var made = false

        val outcome = face.call(Duration.ZERO, { retrying(it, 3) }) { made = true }

        outcome.result.exceptionOrNull().shouldBeInstanceOf<DeadlineExceededException>()
        made shouldBe false
      }

      test("$face: the retries are taken from the budget, and the calls are counted") {
        lateinit var budget: RetryBudget
        val config =
          RetryBudgetConfig.builder().fraction(1.0).recentCalls(9).minPerSecond(0).build()

        val outcome =
          face.call(
            make = { time ->
              budget = RetryBudget.of(config, time)
              retrying(time, 5) { budget(budget) }
            }
          ) {
            throw refused
          }

        outcome.result.exceptionOrNull() shouldBeSameInstanceAs refused
        outcome.waited shouldBe Duration.ofSeconds(1)
        budget.available() shouldBe 0
        budget.refused() shouldBe 1
      }

      test("$face: a success earns for the budget") {
        lateinit var budget: RetryBudget
        val config = RetryBudgetConfig.builder().fraction(1.0).minPerSecond(0).build()

        face.call(
          make = { time ->
            budget = RetryBudget.of(config, time)
            retrying(time, 5) { budget(budget) }
          }
        ) {
          "ok"
        }

        budget.available() shouldBe 1
      }
    }
  })
