package dev.holdfast.providers.stream

/**
 * Puts events together for a dialect: a framing hands it their names and the bytes of their JSON.
 */
internal class EventReader(private val dialect: Dialect, private val state: StreamState) {
  val values: EventValues = EventValues()
  private val nested = dialect.nested?.let { Base64Scanner(it, values) }
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
    val whole =
      json.empty || json.complete() && (nested == null || nested.empty || nested.complete())
    if (whole) dialect.event(values, state) else state.unreadable(StreamFault.NOT_JSON)
    clear()
  }

  fun clear() {
    values.clear()
    json.reset()
    nested?.reset()
  }
}
