package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration

/** How an answer is asked for and read. */
enum class Way(val isStream: Boolean) {
  LINES(true),
  SESSION(true),
  WHOLE(false),
}

/**
 * What is to be seen of one call: by its caller, in its record, by the model's breaker, and by the
 * server as [requests] and as connections that stay [open], at most.
 */
data class Sight(
  val caller: String,
  val failure: FailureClass?,
  val counted: Int,
  val requests: Int = 1,
  val open: Int = 0,
)

/** Something that goes wrong with an answer, and what is to be seen of it. */
class FailureRow(
  val name: String,
  private val stream: Sight,
  private val whole: Sight = stream,
  private val differs: Map<String, Sight> = emptyMap(),
  /** For how long a silent model is waited for. */
  val patience: Duration = Duration.ofSeconds(30),
  val base: (Int) -> String = { "http://127.0.0.1:$it" },
  val socket: () -> ServerSocket = ::plainSocket,
  val act: RawConnection.(isStream: Boolean) -> Unit,
) {
  fun expected(engine: String, way: Way): Sight =
    differs["$engine $way"] ?: differs[engine] ?: if (way.isStream) stream else whole
}

private val COMPLETE = Sight("answered", null, 0)
private val BROKEN = Sight("interrupted", FailureClass.STREAM_INTERRUPTED, 1)
private val SHORT = Duration.ofMillis(1600)

private fun otherModel(failure: FailureClass, counted: Int = 1, requests: Int = 1) =
  Sight("other model", failure, counted, requests)

private val LOST = otherModel(FailureClass.CONNECTION_LOST)
private val UNCONNECTED = otherModel(FailureClass.CONNECTION_FAILED, requests = 0)
private val MALFORMED = otherModel(FailureClass.MALFORMED_ANSWER)
private val LATE = otherModel(FailureClass.TIMED_OUT)

private fun type(isStream: Boolean) = if (isStream) EVENT_STREAM else JSON_BODY

private fun begun(isStream: Boolean) = if (isStream) STREAM_BEGUN else JSON_BEGUN

/** The content of a stream that has begun. */
private const val BEGUN_TEXT = "content_block_delta"

private fun rest(isStream: Boolean) = if (isStream) STREAM_REST else JSON_REST

/** An answer that begins well, in chunks. */
private fun inChunks(
  name: String,
  stream: Sight = BROKEN,
  whole: Sight = LOST,
  differs: Map<String, Sight> = emptyMap(),
  patience: Duration = Duration.ofSeconds(30),
  act: RawConnection.(isStream: Boolean) -> Unit,
) =
  FailureRow(name, stream, whole, differs, patience) { isStream ->
    request()
    head(type(isStream) + CHUNKED)
    chunk(begun(isStream))
    // What comes next is not to overtake what the reader has not seen yet.
    if (isStream) untilRead(BEGUN_TEXT)
    act(isStream)
  }

/** An answer that fails before it has begun. */
private fun atOnce(
  name: String,
  sight: Sight = LOST,
  differs: Map<String, Sight> = emptyMap(),
  patience: Duration = Duration.ofSeconds(30),
  act: RawConnection.(isStream: Boolean) -> Unit,
) = FailureRow(name, sight, sight, differs, patience, act = act)

private fun plainSocket() = ServerSocket(0, 50, InetAddress.getLoopbackAddress())

val COMPLETE_ROWS: List<FailureRow> =
  listOf(
    inChunks("complete, in chunks", COMPLETE, COMPLETE) {
      chunk(rest(it))
      send("0\r\n\r\n")
    },
    FailureRow("complete, with its length", COMPLETE) {
      request()
      val body = begun(it) + rest(it)
      head(type(it) + "Content-Length: ${body.length}\r\n")
      send(body)
    },
    FailureRow("complete, up to the end of the connection", COMPLETE) {
      request()
      head(type(it) + "Connection: close\r\n")
      send(begun(it) + rest(it))
    },
    FailureRow(
      "complete, up to an end of the connection that no header announces",
      COMPLETE,
      // CIO does not read such a body.
      differs = mapOf("CIO" to LOST),
    ) {
      request()
      head(type(it))
      send(begun(it) + rest(it))
    },
    inChunks(
      "complete, but the chunk that ends the body is torn",
      COMPLETE,
      differs = mapOf("Apache5" to COMPLETE),
    ) {
      chunk(rest(it))
      // CIO gives away nothing of what came right before a failure.
      if (it) untilRead("message_stop")
      send("0\r\n")
    },
    inChunks("complete, but the body never ends", COMPLETE, LATE, patience = SHORT) {
      chunk(rest(it))
      untilGone()
    },
  )

val BODY_ROWS: List<FailureRow> =
  listOf(
    inChunks("an error in the stream", whole = MALFORMED) {
      if (it) chunk(STREAM_ERROR)
      send("0\r\n\r\n")
    },
    inChunks("the end of the body, before that of the answer", whole = MALFORMED) {
      send("0\r\n\r\n")
    },
    inChunks(
      "the end of the connection between two chunks",
      differs = mapOf("CIO WHOLE" to MALFORMED),
    ) {},
    inChunks("the end of the connection inside a chunk") { send("40\r\ndata: ") },
    inChunks("the end of the connection inside the length of a chunk") { send("4") },
    inChunks(
      "the torn end of a body that is not complete",
      differs = mapOf("Apache5 WHOLE" to MALFORMED),
    ) {
      send("0\r\n")
    },
    inChunks("a chunk without a length") { send("what?\r\n\r\n") },
    inChunks("a reset") { reset() },
    inChunks("silence", whole = LATE, patience = SHORT) { untilGone() },
    FailureRow("less than its length", BROKEN, LOST) {
      request()
      head(type(it) + "Content-Length: 100000\r\n")
      send(begun(it))
      if (it) untilRead(BEGUN_TEXT)
    },
    FailureRow("a reset before its length", BROKEN, LOST) {
      request()
      head(type(it) + "Content-Length: 100000\r\n")
      send(begun(it))
      if (it) untilRead(BEGUN_TEXT)
      reset()
    },
    FailureRow("the end of the connection, in a body without any other", BROKEN, MALFORMED) {
      request()
      head(type(it) + "Connection: close\r\n")
      send(begun(it))
    },
    FailureRow(
      "the end of the connection, in a body whose end no header announces",
      BROKEN,
      MALFORMED,
      differs = mapOf("CIO" to LOST),
    ) {
      request()
      head(type(it))
      send(begun(it))
    },
    FailureRow("a reset, in a body without any other end", BROKEN, LOST) {
      request()
      head(type(it) + "Connection: close\r\n")
      send(begun(it))
      if (it) untilRead(BEGUN_TEXT)
      reset()
    },
  )

val HEAD_ROWS: List<FailureRow> =
  listOf(
    atOnce("overloaded", otherModel(FailureClass.OVERLOADED)) {
      request()
      head(JSON_BODY + "Content-Length: 2\r\n", "529 Overloaded")
      send("{}")
    },
    atOnce("the end of the connection instead of an answer") { request() },
    atOnce("a reset instead of an answer") {
      request()
      reset()
    },
    atOnce("half a head") {
      request()
      send("HTTP/1.1 200 OK\r\nContent-Ty")
    },
    atOnce("no HTTP") {
      request()
      send("What do you want?\r\n\r\n")
    },
    atOnce(
      "silence instead of an answer",
      LATE,
      // Java does not end an exchange of which it has no head yet; from Ktor 3.6 on it does.
      differs = mapOf("Java" to LATE.copy(open = 1)),
      patience = SHORT,
    ) {
      request()
      untilGone()
    },
    atOnce("a body that never begins", LATE, patience = SHORT) {
      request()
      head(type(it) + CHUNKED)
      untilGone()
    },
    atOnce(
      "the end of the connection instead of a body",
      differs =
        mapOf(
          "CIO LINES" to otherModel(FailureClass.STREAM_BROKEN),
          "CIO SESSION" to otherModel(FailureClass.STREAM_BROKEN),
          "CIO WHOLE" to MALFORMED,
        ),
    ) {
      request()
      head(type(it) + CHUNKED)
    },
    FailureRow("a refused connection", UNCONNECTED, base = { "http://127.0.0.1:1" }) {},
    FailureRow("a name that does not exist", UNCONNECTED, base = { "http://nowhere.invalid" }) {},
    FailureRow("TLS to a server without it", LOST.copy(requests = 0), base = ::secure) {
      send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    },
    FailureRow(
      "the end of the connection in a handshake",
      UNCONNECTED,
      differs = mapOf("CIO" to LOST.copy(requests = 0), "Apache5" to LOST.copy(requests = 0)),
      base = ::secure,
    ) {},
    FailureRow(
      "silence in a handshake",
      LATE.copy(requests = 0),
      differs =
        mapOf(
          "Java" to LATE.copy(requests = 0, open = 1),
          "Apache5" to LATE.copy(requests = 0, open = 1),
        ),
      patience = SHORT,
      base = ::secure,
    ) {
      untilGone()
    },
    FailureRow(
      "a certificate that nobody trusts",
      Sight("no trust", FailureClass.UNTRUSTED_SERVER, counted = 0, requests = 0),
      base = ::secure,
      socket = ::tlsSocket,
    ) {
      request()
    },
  )
