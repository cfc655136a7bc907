package dev.holdfast.testkit

import java.io.IOException
import java.net.ProtocolException
import java.net.Socket

/** One client's connection: reads its requests and answers them, one after the other. */
internal class Connection(
  private val socket: Socket,
  private val desk: RequestDesk,
  private val closesWhenIdle: () -> Boolean,
) {
  @Volatile private var idle = true

  /** Serves the client until one side closes, and closes the socket. */
  fun serve() {
    socket.use {
      try {
        socket.tcpNoDelay = true
        serve(Wire(socket))
      } catch (_: IOException) {
        // The client left or the provider closed, which ends this connection and nothing else.
      }
    }
  }

  /** Ends the connection, whatever it is doing; from any thread. */
  fun close() = socket.close()

  /** Ends the connection if no request of its client is being read or answered. */
  fun closeIfIdle() {
    if (idle) close()
  }

  private fun serve(wire: Wire) {
    val reader = RequestReader(wire)
    var afterwards = Afterwards.KEEP_OPEN
    // Idle first, then the look: closeIfIdle is called only after the answer has changed.
    while (afterwards == Afterwards.KEEP_OPEN && !closesWhenIdle() && wire.awaitInput()) {
      idle = false
      afterwards = serveOne(reader, wire)
      idle = true
    }
    if (afterwards == Afterwards.RESET) wire.reset() else wire.finish()
  }

  private fun serveOne(reader: RequestReader, wire: Wire): Afterwards {
    val received =
      try {
        reader.read()
      } catch (malformed: ProtocolException) {
        wire.write(refusal(malformed))
        return Afterwards.CLOSE
      }
    val request = desk.admit(received)
    return request.behaviour.answer(Exchange(request, wire, closesWhenIdle))
  }

  private fun refusal(malformed: ProtocolException): ByteArray {
    val body = ErrorBody(400, "req_scripted_unread", malformed.message.orEmpty()).toString()
    val head =
      "HTTP/1.1 400 Scripted\r\ncontent-type: application/json\r\n" +
        "content-length: ${body.length}\r\nconnection: close\r\n\r\n"
    return (head + body).toByteArray()
  }
}
