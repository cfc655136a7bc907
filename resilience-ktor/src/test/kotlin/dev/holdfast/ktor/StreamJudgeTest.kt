package dev.holdfast.ktor

import dev.holdfast.plan.Step
import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.stream.StreamGuard
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.call.HttpClientCall
import java.io.IOException

private class Report(val name: String, val tell: StreamJudge.() -> Unit)

class StreamJudgeTest :
  FunSpec({
    context("what is told after the end of a stream changes nothing:") {
      withData<Report>(
        { it.name },
        Report("a failure of the engine") { threw(IOException()) },
        Report("the end of the body") { ended() },
        Report("a reader who leaves") { left() },
        Report("silence") { stalled() },
        Report("the deadline") { overdue() },
        Report("a limit of the caller's") { late(IOException()) },
      ) { report ->
        for (text in listOf(STREAM_BEGUN + STREAM_REST, STREAM_BEGUN + STREAM_ERROR)) {
          val plan =
            resilienceOfTwo().plan<HttpClientCall>(CallClassifier(FailureRules.standard()), false)
          plan.next().shouldBeInstanceOf<Step.Call<*>>()
          val guard = StreamGuard.of(WireProtocol.ANTHROPIC_MESSAGES)
          val judge = StreamJudge(plan, guard, length = null, isLines = true)
          val bytes = text.toByteArray()
          judge.look(bytes, 0, bytes.size)
          judge.arrived()
          judge.isDecided shouldBe true
          val before = judge.step

          judge.apply(report.tell)

          judge.step shouldBe before
          judge.isComplete shouldBe (before == null)
        }
      }
    }
  })
