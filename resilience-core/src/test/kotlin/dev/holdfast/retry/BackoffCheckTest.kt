package dev.holdfast.retry

import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class BackoffCheckTest :
  FunSpec({
    val maxWait = Duration.ofSeconds(15)
    val beyond = maxWait.plusNanos(1)
    val minute = Duration.ofMinutes(1)

    fun build(backoff: Backoff, attempts: Int = 2) =
      Retry.builder().maxAttempts(attempts).maxWait(maxWait).backoff(backoff).build()

    context("a backoff is refused if even its shortest wait is beyond the longest one") {
      withData<Pair<Backoff, String>>(
        { it.first.toString() },
        Backoff.fixed(beyond) to "PT15.000000001S",
        Backoff.fixed(minute, Jitter.equal()) to "PT30.000000001S",
        Backoff.fixed(minute, Jitter.plusMinus(0.25)) to "PT45.000000001S",
        Backoff.exponential(minute, minute, 2.0, Jitter.none()) to "PT1M",
        Backoff.decorrelated(beyond, minute) to "PT15.000000001S",
      ) { (backoff, shortest) ->
        shouldThrow<IllegalArgumentException> { build(backoff) } shouldHaveMessage
          "shortest wait of backoff must be at most maxWait, PT15S, but was $shortest"
      }
    }

    context("it is accepted if a wait of it may be short enough, or if nobody knows") {
      withData<Backoff>(
        { it.toString() },
        Backoff.fixed(maxWait),
        Backoff.fixed(minute, Jitter.full()),
        Backoff.fixed(minute, Jitter.plusMinus(1.0)),
        Backoff.exponential(maxWait, minute, 2.0, Jitter.none()),
        Backoff.exponential(minute, minute),
        Backoff.decorrelated(maxWait, minute),
        Backoff { _, _ -> minute },
      ) {
        shouldNotThrowAny { build(it) }
      }
    }

    test("it does not matter where there is no retry") {
      shouldNotThrowAny { build(Backoff.fixed(minute), attempts = 1) }
    }
  })
