package dev.holdfast.providers.stream

/**
 * Puts events together for a dialect: a framing hands it their names and the bytes of their JSON.
 */
internal class EventReader(private val dialect: Dialect, private val state: StreamState) {
  val values: EventValues = EventValues()
  private val nested = dialect.nested?.let { Base64Scanner(it, values) }
  private val pattern = EventPattern()
  private val json = JsonScanner(dialect.fields, values, nested)

  /** Whether the event has no data yet. */
  val empty: Boolean
    get() = json.empty

  /** Whether the data is no JSON. */
  val broken: Boolean
    get() = json.broken

  /** Whether the data ended by itself. */
  val whole: Boolean
    get() = json.whole

  /** Whether the data is a whole document now that nothing more comes. */
  fun complete(): Boolean = json.complete()

  /** Reads a part of the data; stops and returns as [JsonScanner.scan] does. */
  fun scan(bytes: ByteArray, from: Int, to: Int): Int = json.scan(bytes, from, to)

  /** Reads a part of the data in which line breaks mean nothing. */
  fun scanAll(bytes: ByteArray, from: Int, to: Int) {
    var index = from
    while (index < to) {
      index = json.scan(bytes, index, to)
      if (index < to && isLineBreak(bytes[index])) index++
    }
  }

  /** The event is at its end. */
  fun end() {
    take()
    clear()
  }

  /** The same for an event of which all lines are between these indexes. */
  fun end(bytes: ByteArray, from: Int, to: Int) {
    if (take()) pattern.learn(bytes, from, to, values.gaps)
    clear()
  }

  /**
   * The index after the event of which the lines begin here, if it does nothing but bring content
   * as one before it did; -1 if it has to be read.
   */
  fun match(bytes: ByteArray, from: Int, to: Int): Int = pattern.match(bytes, from, to)

  /** Whether an event may match. */
  val mayMatch: Boolean
    get() = !pattern.empty

  /** An event that matched is at its end. */
  fun repeat(): Unit = state.repeat()

  /** Whether the event only brought content. */
  private fun take(): Boolean {
    val before = state.contentEvents
    val whole =
      json.empty || json.complete() && (nested == null || nested.empty || nested.complete())
    if (whole) dialect.event(values, state) else state.unreadable(StreamFault.NOT_JSON)
    // What is counted once for the pattern may be counted anew from here on.
    if (!state.repeatable) pattern.forget()
    return state.repeatable && state.contentEvents > before
  }

  fun clear() {
    values.clear()
    json.reset()
    nested?.reset()
  }
}
