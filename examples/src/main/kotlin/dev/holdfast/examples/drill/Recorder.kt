package dev.holdfast.examples.drill

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicIntegerArray

/** Collects what happens in a run, from all threads; and can be looked at while it goes on. */
internal class Recorder {
  private val inFlight = AtomicInteger()
  private val answers = AtomicIntegerArray(Answer.entries.size)
  private val calls = ConcurrentLinkedQueue<CallRecord>()
  private val attempts = ConcurrentLinkedQueue<AttemptRecord>()
  private val transitions = ConcurrentLinkedQueue<TransitionRecord>()

  fun started() {
    inFlight.incrementAndGet()
  }

  fun ended(call: CallRecord) {
    inFlight.decrementAndGet()
    answers.incrementAndGet(call.answer.ordinal)
    calls.add(call)
  }

  fun add(attempt: AttemptRecord) {
    attempts.add(attempt)
  }

  fun add(transition: TransitionRecord) {
    transitions.add(transition)
  }

  fun inFlight(): Int = inFlight.get()

  fun count(answer: Answer): Int = answers.get(answer.ordinal)

  fun record(name: String, arrivals: List<Arrival>): RunRecord =
    RunRecord(
      name,
      calls.sortedBy { it.number },
      attempts.sortedBy { it.started },
      arrivals,
      transitions.toList(),
    )
}
