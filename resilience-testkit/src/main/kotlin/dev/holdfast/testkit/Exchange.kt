package dev.holdfast.testkit

import java.time.Duration
import java.util.TreeMap

/** One request and the means to answer it. */
internal class Exchange(
  val request: RecordedRequest,
  private val wire: Wire,
  private val closesAfterwards: () -> Boolean,
) {
  private var wasReleased = false

  fun pause(duration: Duration) = wire.pause(duration)

  fun pauseUntilReleased() {
    wire.pauseUntilReleased()
    wasReleased = true
  }

  /** Ends [pauseUntilReleased]; from any thread. */
  fun release() = wire.release()

  fun respond(code: Int, body: ByteArray, headers: Map<String, String> = emptyMap()): Afterwards {
    val length = if (code in BODILESS) emptyMap() else contentLength(body.size)
    val afterwards = afterwards()
    wire.write(head(code, JSON + headers + length, afterwards) + body)
    return afterwards
  }

  /** Sends the head of a whole JSON answer and the first half of its [body]. */
  fun respondHalf(body: ByteArray) {
    val head = head(200, JSON + contentLength(body.size), Afterwards.CLOSE)
    wire.write(head + body.copyOf(body.size / 2))
  }

  fun startStream(): Afterwards {
    val afterwards = afterwards()
    wire.write(head(200, STREAM, afterwards))
    return afterwards
  }

  fun send(event: ServerSentEvent) {
    val bytes = event.toString().toByteArray()
    wire.write("${bytes.size.toString(16)}\r\n".toByteArray() + bytes + "\r\n".toByteArray())
  }

  fun endStream() = wire.write("0\r\n\r\n".toByteArray())

  private fun afterwards(): Afterwards =
    if (wasReleased || request.wantsClose || closesAfterwards()) Afterwards.CLOSE
    else Afterwards.KEEP_OPEN

  private fun contentLength(size: Int) = mapOf("content-length" to size.toString())

  private fun head(code: Int, headers: Map<String, String>, afterwards: Afterwards): ByteArray {
    val all = TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER)
    all["request-id"] = request.id
    all.putAll(headers)
    if (afterwards == Afterwards.CLOSE) all["connection"] = "close"
    val lines = buildString {
      append("HTTP/1.1 $code Scripted\r\n")
      all.forEach { (name, value) -> append("$name: $value\r\n") }
      append("\r\n")
    }
    return lines.toByteArray(Charsets.ISO_8859_1)
  }

  companion object {
    /** The statuses whose answers have no body and must not announce one. */
    val BODILESS = setOf(204, 304)
    private val JSON = mapOf("content-type" to "application/json")
    private val STREAM =
      mapOf(
        "content-type" to "text/event-stream; charset=utf-8",
        "cache-control" to "no-cache",
        "transfer-encoding" to "chunked",
      )
  }
}
