package dev.holdfast.plan

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass.CONNECTION_LOST
import dev.holdfast.outcome.FailureClass.CONTENT_REFUSED
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.LOCAL_ERROR
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.QUOTA_EXHAUSTED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.STREAM_BROKEN
import dev.holdfast.outcome.FailureClass.STREAM_INTERRUPTED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.outcome.IncompleteStreamException
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import dev.holdfast.testing.earlier
import dev.holdfast.testing.trip
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

/** What the plan makes of streams: before the first content, after it, and at the end. */
class StreamPlanTest :
  FunSpec({
    fun seconds(count: Long) = Duration.ofSeconds(count)
    fun once() = PlanFixture.retry { maxAttempts(1) }

    test("a failure after content is shown as an interruption, and no other model is asked") {
      with(PlanFixture()) {
        val thrown = Fault(OVERLOADED)
        val plan = plan(degradable = true)
        plan.begin(2)
        plan.stream().keep("one")
        plan.stream().keep(null)

        val shown = plan.threw(thrown).interruption()

        shown.cause shouldBeSameInstanceAs thrown
        shown.model() shouldBe "a"
        shown.contents() shouldBe 2
        shown.received() shouldContainExactly listOf("one", null)
        shown.message!! shouldNotContain "one"
        plan.ending() shouldBe Ending.FAILED
      }
    }

    /** The class, whether it counts for the breaker after content, and whether the gate is shut. */
    listOf(
        Triple(OVERLOADED, 1, false),
        Triple(CONNECTION_LOST, 1, false),
        Triple(UNKNOWN, 1, false),
        Triple(STREAM_BROKEN, 1, false),
        Triple(RATE_LIMITED, 0, true),
        Triple(QUOTA_EXHAUSTED, 0, true),
        Triple(CONTENT_REFUSED, 0, false),
        Triple(INVALID_REQUEST, 0, false),
        Triple(LOCAL_ERROR, 0, false),
      )
      .forEach { (kind, counted, closes) ->
        test("$kind in the middle of a stream counts $counted, and is an interruption") {
          with(PlanFixture()) {
            val plan = plan().begin()

            plan.threw(Fault(kind, seconds(9))).interruption()

            breaker("a").failures() shouldBe counted
            (closed("a") > Duration.ZERO) shouldBe closes
            plan.record().wasInterrupted() shouldBe true
            plan.record().attempts.single().failure shouldBe STREAM_INTERRUPTED
          }
        }
      }

    test("a failure before content leads to the next model, as it does for every call") {
      with(PlanFixture(retry = once())) {
        trace(plan(), { stream().endedEarly() }, { returned("b's") }) shouldContainExactly
          listOf("a", "b", "return b's")
        breaker("a").failures() shouldBe 1
      }
    }

    test("a stream that ends too soon is broken, tried once more, and named when it is the last") {
      with(PlanFixture("a", breaker = { failureThreshold(9) })) {
        val plan = plan()

        trace(plan, { stream().endedEarly() }, { stream().endedEarly() }) shouldContainExactly
          listOf("a", "pause 1000", "a", "throw IncompleteStreamException")

        plan.record().attempts.map { it.failure } shouldContainExactly
          listOf(STREAM_BROKEN, STREAM_BROKEN)
        plan.record().wasInterrupted() shouldBe false
      }
    }

    test("a stream that ends too soon after content is interrupted by that") {
      with(PlanFixture()) {
        val shown = plan().begin().stream().endedEarly().interruption()

        shown.cause.shouldBeInstanceOf<IncompleteStreamException>().model() shouldBe "a"
        breaker("a").failures() shouldBe 1
      }
    }

    test("a failure that the driver understood itself keeps its class and its hint") {
      with(PlanFixture("a")) {
        val plan = plan().begin(0)

        plan.stream().failed(Failure(RATE_LIMITED, seconds(5), null)) shouldBe
          Step.Pause<String>(seconds(5))

        closed("a") shouldBe seconds(5)
      }
    }

    test("earlier failures are suppressed in the interruption") {
      with(PlanFixture(retry = once())) {
        val first = Fault(OVERLOADED)
        val plan = plan().begin(0)
        plan.threw(first).shouldBeInstanceOf<Step.Call<String>>()
        plan.stream().contentArrived()

        val shown = plan.threw(Fault(CONNECTION_LOST)).interruption()

        shown.earlier() shouldContainExactly listOf(first)
        shown.model() shouldBe "b"
        CallRecord.of(shown)?.attempts?.map { it.failure } shouldBe
          listOf(OVERLOADED, STREAM_INTERRUPTED)
      }
    }

    test("contents that come together are counted each") {
      with(PlanFixture("a")) {
        val plan = plan().begin(0)
        plan.stream().contentArrived()
        plan.stream().contentsArrived(3)

        plan.threw(Fault(OVERLOADED)).interruption().contents() shouldBe 4
        shouldThrow<IllegalArgumentException> { plan().begin(0).stream().contentsArrived(0) }
          .message shouldBe "contents must be at least 1, but was 0"
      }
    }

    test("a bad result after content is an interruption, and is not returned") {
      with(PlanFixture("a")) {
        plan().begin().returned("bad").interruption().cause.shouldBeNull()

        breaker("a").failures() shouldBe 1
      }
    }

    test("the content of one attempt is not that of the next") {
      with(PlanFixture("a")) {
        val plan = plan().begin(0)
        plan.stream().keep("held")
        plan.threw(Fault(OVERLOADED))
        plan.begin(1)

        plan.threw(Fault(OVERLOADED)).interruption().received().size shouldBe 0
      }
    }

    test("a probe is decided by the first content, whatever comes later") {
      with(PlanFixture("a")) {
        breaker("a").trip()
        time.advance(seconds(10))
        val plan = plan().begin(0)
        breaker("a").state() shouldBe HALF_OPEN

        plan.stream().contentArrived()

        breaker("a").state() shouldBe CLOSED
        plan.threw(Fault(OVERLOADED)).interruption()
        breaker("a").state() shouldBe CLOSED
      }
    }

    test("a probe that fails before content opens the breaker again") {
      with(PlanFixture("a", retry = once())) {
        breaker("a").trip()
        time.advance(seconds(10))

        plan().begin(0).stream().endedEarly()

        breaker("a").state() shouldBe OPEN
      }
    }

    test("a complete stream is an answer, and tells when its first content came") {
      with(PlanFixture("a")) {
        val plan = plan().begin(0)
        time.advance(seconds(2))
        plan.stream().contentArrived()
        time.advance(seconds(5))
        plan.stream().contentArrived()

        plan.stream().completed()
        plan.close()

        val record = ended.single()
        record.ending shouldBe Ending.ANSWERED
        record.served shouldBe "a"
        record.wasInterrupted() shouldBe false
        record.attempts.single().firstContent shouldBe seconds(2)
        record.attempts.single().took shouldBe seconds(7)
        target("a").latency().nanos() shouldBe seconds(2).toNanos()
      }
    }

    test("a consumer that leaves after content leaves a success, and the record says so") {
      run {
        val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
        val fixture = PlanFixture("a", bulkhead = bulkhead, breaker = { failureThreshold(2) })
        fixture.breaker("a").acquire().failure()
        val plan = fixture.plan()
        plan.next()
        plan.stream().contentArrived()
        bulkhead.snapshot().running shouldBe 1

        plan.stream().left()
        plan.close()

        fixture.breaker("a").failures() shouldBe 0
        bulkhead.snapshot().running shouldBe 0
        fixture.ended.single().ending shouldBe Ending.LEFT
        fixture.ended.single().served shouldBe "a"
      }
    }

    test("a consumer that leaves before content says nothing about the model") {
      with(PlanFixture("a")) {
        breaker("a").acquire().failure()
        val plan = plan().begin(0)

        plan.stream().left()
        plan.close()

        breaker("a").failures() shouldBe 1
        ended.single().ending shouldBe Ending.CANCELLED
      }
    }

    val misuse: Map<String, CallPlan<String>.() -> Unit> =
      mapOf("contentArrived" to { stream().contentArrived() }, "stream" to { stream() })
    misuse.forEach { (name, report) ->
      test("$name before a Call and after the end is refused") {
        with(PlanFixture("a")) {
          shouldThrow<IllegalStateException> { plan().report() }
          val plan = plan().begin()
          val stream = plan.stream()
          stream.completed()

          shouldThrow<IllegalStateException> { plan.report() }
          shouldThrow<IllegalStateException> { stream.completed() }
          shouldThrow<IllegalStateException> { stream.left() }
          shouldThrow<IllegalStateException> { stream.endedEarly() }
        }
      }
    }

    test("reports to the stream of an earlier attempt are refused") {
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(9) })) {
        val plan = plan().begin(0)
        val first = plan.stream()
        first.endedEarly()
        plan.begin(1)

        shouldThrow<IllegalStateException> { first.completed() }
        shouldThrow<IllegalStateException> { first.stalled() }
      }
    }
  })

/** The model is asked, and sends as many contents. */
internal fun CallPlan<String>.begin(contents: Int = 1): CallPlan<String> = apply {
  next().shouldBeInstanceOf<Step.Call<String>>()
  repeat(contents) { stream().contentArrived() }
}

/** The interruption that ends the call. */
internal fun Step<String>.interruption(): StreamInterruptedException =
  shouldBeInstanceOf<Step.Throw<String>>().failure.shouldBeInstanceOf<StreamInterruptedException>()
