package dev.holdfast.ktor.soak

import java.io.BufferedInputStream
import java.io.EOFException
import java.io.IOException
import java.net.Socket
import java.net.SocketTimeoutException

/** What a [SoakServer] has to know of a request. */
internal class SoakRequest(val call: Int, val model: String, val isStream: Boolean)

/** Reads the requests of one connection. */
internal class SoakReader(private val socket: Socket) {

  private val input = BufferedInputStream(socket.getInputStream())

  /** The next request; null if the client has closed the connection. */
  fun read(): SoakRequest? {
    readLine() ?: return null
    val headers = generateSequence(::readLine).takeWhile(String::isNotEmpty).associate(::header)
    val body = String(input.readNBytes(headers.getValue("content-length").toInt()))
    return SoakRequest(
      call = headers.getValue(NUMBER.lowercase()).toInt(),
      model = body.substringAfter("\"model\":\"").substringBefore('"'),
      isStream = "\"stream\":true" in body,
    )
  }

  /** Waits for as long, or not at all if the client leaves, which ends the connection. */
  fun pause(millis: Int) {
    socket.soTimeout = millis
    try {
      awaitEnd()
      throw EOFException("The client has left")
    } catch (_: SocketTimeoutException) {
      socket.soTimeout = 0
    }
  }

  /** Waits until the client leaves. */
  fun awaitEnd() {
    while (input.read() >= 0) {
      throw IOException("A client spoke out of turn")
    }
  }

  private fun header(line: String) =
    line.substringBefore(':').lowercase() to line.substringAfter(':').trim()

  private fun readLine(): String? {
    val line = StringBuilder()
    while (true) {
      when (val next = input.read()) {
        -1 -> return null
        LINE_FEED -> return line.removeSuffix("\r").toString()
        else -> line.append(next.toChar())
      }
    }
  }

  companion object {
    /** The header with the number of a call. */
    const val NUMBER: String = "X-Soak-Call"
    private const val LINE_FEED = '\n'.code
  }
}
