package dev.holdfast.ktor.soak

import java.net.Socket

/** One request and its answer. */
internal class SoakExchange(
  private val socket: Socket,
  private val reader: SoakReader,
  private val request: SoakRequest,
) {

  private val output = socket.getOutputStream()

  /** Answers; whether the connection may be used again. */
  fun answer(fate: Fate): Boolean =
    when (fate.fault) {
      Fault.OVERLOADED -> fails(529, "overloaded_error")
      Fault.SERVER_ERROR -> fails(500, "api_error")
      Fault.RATE_LIMITED -> fails(429, "rate_limit_error", "retry-after-ms: ${fate.events}\r\n")
      Fault.INVALID -> fails(400, "invalid_request_error")
      Fault.RESET_BEFORE_HEADERS -> resets()
      Fault.CLOSED_BEFORE_HEADERS -> false
      Fault.SILENT_BEFORE_HEADERS -> holds()
      else -> if (request.isStream) streams(fate) else answersWhole(fate)
    }

  private fun streams(fate: Fate): Boolean {
    write(
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    val isWhole = fate.fault == Fault.HEALTHY || fate.fault == Fault.SLOW
    val events = SoakAnswers.data(request.model)
    for (data in if (isWhole) events else events.take(fate.events)) {
      if (fate.fault == Fault.SLOW) reader.pause(1)
      write(chunk(SoakAnswers.event(data)))
    }
    return if (isWhole) ends() else breaks(fate.fault)
  }

  private fun breaks(fault: Fault): Boolean =
    when (fault) {
      Fault.ERROR_EVENT -> {
        write(chunk(SoakAnswers.event(SoakAnswers.error("overloaded_error"))))
        ends()
      }
      Fault.CUT_IN_CHUNK -> {
        write("40\r\nevent: content_block_delta\ndata: {\"ty")
        false
      }
      Fault.RESET_IN_STREAM -> resets()
      Fault.STALLED -> holds()
      else -> false
    }

  private fun ends(): Boolean {
    write("0\r\n\r\n")
    return true
  }

  private fun answersWhole(fate: Fate): Boolean {
    val body = SoakAnswers.json(request.model)
    val head = head(200, body.length)
    return when (fate.fault) {
      Fault.HEALTHY -> {
        write(head + body)
        true
      }
      Fault.SLOW -> {
        write(head)
        reader.pause(fate.events)
        write(body)
        true
      }
      Fault.ERROR_EVENT -> fails(529, "overloaded_error")
      else -> {
        write(head + body.take(body.length / 2))
        breaks(fate.fault.takeUnless { it == Fault.CUT_IN_CHUNK } ?: Fault.CUT_BETWEEN_CHUNKS)
      }
    }
  }

  private fun fails(status: Int, type: String, headers: String = ""): Boolean {
    val body = SoakAnswers.error(type)
    write(head(status, body.length, headers) + body)
    return true
  }

  private fun resets(): Boolean {
    socket.setSoLinger(true, 0)
    return false
  }

  private fun holds(): Boolean {
    reader.awaitEnd()
    return false
  }

  private fun head(status: Int, length: Int, headers: String = "") =
    "HTTP/1.1 $status Soaked\r\ncontent-type: application/json\r\n" +
      "content-length: $length\r\n$headers\r\n"

  private fun chunk(text: String) = "${text.length.toString(16)}\r\n$text\r\n"

  private fun write(text: String) = output.write(text.toByteArray(Charsets.ISO_8859_1))
}
