package dev.holdfast

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import java.time.Duration

private fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

/** What a deadline ends and what it forbids, and whose time is kept. */
val deadlineScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "the deadline ends the attempt under way",
      listOf(fails(SERVER_ERROR, seconds = 10), Reply.Hang),
      listOf("a at 0", "a at 11", "DeadlineExceededException, suppressed 2 at 20"),
      deadline = seconds(20),
    ),
    CallScenario(
      "an answer just before the deadline is the call's",
      listOf(answers(seconds = 19)),
      listOf("a at 0", "answer yes at 19"),
      deadline = seconds(20),
    ),
    CallScenario(
      "a pause that does not fit into the deadline leads to the next model",
      listOf(fails(SERVER_ERROR, seconds = 19), answers()),
      listOf("a at 0", "b at 19", "answer yes at 19"),
      deadline = seconds(20),
    ),
    CallScenario(
      "a pause that ends exactly at the deadline is not begun",
      listOf(fails(SERVER_ERROR, seconds = 1), answers()),
      listOf("a at 0", "b at 1", "answer yes at 1"),
      deadline = seconds(2),
    ),
    CallScenario(
      "a pause that ends just before the deadline is made",
      listOf(fails(SERVER_ERROR, seconds = 1), answers()),
      listOf("a at 0", "a at 2", "answer yes at 2"),
      deadline = seconds(2).plusMillis(1),
    ),
    CallScenario(
      "when the time is over before the first attempt nothing is asked",
      emptyList(),
      listOf("DeadlineExceededException, suppressed 0 at 0"),
      within = Duration.ZERO,
    ),
    CallScenario(
      "when the time is over before the first attempt the degraded answer is given",
      emptyList(),
      listOf("answer degraded after 0 at 0"),
      within = Duration.ZERO,
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "when the time is over after an attempt the degraded answer is given",
      listOf(Reply.Hang),
      listOf("a at 0", "answer degraded after 1 at 20"),
      deadline = seconds(20),
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "an attempt that had all the time that calls usually have counts against its model",
      listOf(Reply.Hang),
      listOf("a at 0", "DeadlineExceededException, suppressed 1 at 20", "a CLOSED 1"),
      deadline = seconds(20),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "an outer deadline ends the call, and says nothing about the model",
      listOf(Reply.Hang),
      listOf("a at 0", "DeadlineExceededException, suppressed 1 at 20", "a CLOSED 0"),
      within = seconds(20),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "an outer deadline that is later than the call's own changes nothing",
      listOf(Reply.Hang),
      listOf("a at 0", "DeadlineExceededException, suppressed 1 at 20"),
      deadline = seconds(20),
      within = seconds(3600),
    ),
    CallScenario(
      "an outer deadline forbids a pause like the call's own",
      listOf(fails(OVERLOADED, seconds = 1), answers()),
      listOf("a at 0", "b at 1", "answer yes at 1"),
      within = seconds(2),
    ),
    CallScenario(
      "of an outer deadline the last model has its share too",
      listOf(Reply.Hang, answers(seconds = 4)),
      listOf("a at 0", "b at 15", "answer yes at 19"),
      within = seconds(20),
      configure = { reservedForLast(0.25) },
    ),
    CallScenario(
      "the last model's share of the time is kept for it",
      listOf(Reply.Hang, answers(seconds = 4)),
      listOf("a at 0", "b at 15", "answer yes at 19"),
      deadline = seconds(20),
      configure = { reservedForLast(0.25) },
    ),
    CallScenario(
      "when only the last model's share is left, those between are passed over",
      listOf(Reply.Hang, answers()),
      listOf("a at 0", "c at 15", "answer yes at 15"),
      deadline = seconds(20),
      configure = {
        model(Model.of("c"))
        feature(Feature.named("chat").chain("a", "b", "c").build())
        reservedForLast(0.25)
      },
      feature = "chat",
    ),
    CallScenario(
      "what a model before the last does not use is left to the last",
      listOf(fails(UNKNOWN, seconds = 2), answers(seconds = 17)),
      listOf("a at 0", "b at 2", "answer yes at 19"),
      deadline = seconds(20),
      configure = { reservedForLast(0.25) },
    ),
    CallScenario(
      "a model that hung is asked again if both it and the next could hang within the deadline",
      listOf(Reply.Hang, Reply.Hang, answers()),
      listOf("a at 0", "a at 31", "b at 61", "answer yes at 61"),
      deadline = seconds(91),
    ),
    CallScenario(
      "a model that hung is left if the next one would be cut short otherwise",
      listOf(Reply.Hang, answers()),
      listOf("a at 0", "b at 30", "answer yes at 30"),
      deadline = seconds(91).minusMillis(1),
    ),
    CallScenario(
      "the last model, having no next one, is asked again after it hung",
      listOf(fails(UNKNOWN), Reply.Hang, answers(seconds = 3)),
      listOf("a at 0", "b at 0", "b at 31", "answer yes at 34"),
      deadline = seconds(40),
    ),
    CallScenario(
      "a gate that opens just before the deadline is waited for",
      listOf(answers()),
      listOf("a at 4", "answer yes at 4"),
      deadline = seconds(5),
      prepare = { closeGate("a", seconds(4).plusMillis(999)) },
    ),
    CallScenario(
      "a gate that opens exactly at the deadline is passed over",
      listOf(answers()),
      listOf("b at 0", "answer yes at 0"),
      deadline = seconds(5),
      prepare = { closeGate("a", seconds(5)) },
    ),
  )
