package dev.holdfast.testkit

/** One event of a stream; [toString] is what goes over the wire. */
internal class ServerSentEvent(private val name: String, private val data: String) {
  override fun toString(): String = "event: $name\ndata: $data\n\n"
}
