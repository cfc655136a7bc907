package dev.holdfast.ktor.soak

/** What a [SoakServer] does with a request. */
internal enum class Fault(private val weight: Int) {
  HEALTHY(60),
  /** Healthy, with a wait before each event. */
  SLOW(5),
  OVERLOADED(4),
  SERVER_ERROR(3),
  /** 429 with the milliseconds to wait. */
  RATE_LIMITED(4),
  INVALID(1),
  RESET_BEFORE_HEADERS(3),
  CLOSED_BEFORE_HEADERS(2),
  SILENT_BEFORE_HEADERS(2),
  CUT_BETWEEN_CHUNKS(4),
  CUT_IN_CHUNK(3),
  RESET_IN_STREAM(3),
  ERROR_EVENT(3),
  STALLED(3);

  companion object {
    private val bag = entries.flatMap { fault -> List(fault.weight) { fault } }

    fun draw(number: Int): Fault = bag[Math.floorMod(number, bag.size)]
  }
}

/** A [fault], after so many [events] if it is one of streams. */
internal data class Fate(val fault: Fault, val events: Int)
