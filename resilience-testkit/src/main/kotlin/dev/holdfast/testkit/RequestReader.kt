package dev.holdfast.testkit

import java.io.ByteArrayOutputStream
import java.net.ProtocolException

/** Reads HTTP/1.1 requests from a connection, one after the other. */
internal class RequestReader(private val wire: Wire) {

  /**
   * Reads one whole request.
   *
   * @throws ProtocolException if what comes is not HTTP
   * @throws java.io.IOException if the client leaves before the request's end
   */
  fun read(): ReceivedRequest {
    val requestLine = wire.readLine().split(' ')
    if (requestLine.size != 3 || !requestLine[2].startsWith("HTTP/1.")) {
      throw ProtocolException("The first line is not that of an HTTP/1.1 request")
    }
    val headers = readHeaders()
    if (headers["expect"].orEmpty().any { it.equals("100-continue", ignoreCase = true) }) {
      wire.write("HTTP/1.1 100 Continue\r\n\r\n".toByteArray())
    }
    val (method, path, version) = requestLine
    return ReceivedRequest(method, path, version, headers, String(readBody(headers)))
  }

  private fun readHeaders(): Map<String, List<String>> {
    val headers = mutableMapOf<String, MutableList<String>>()
    var line = wire.readLine()
    while (line.isNotEmpty()) {
      val colon = line.indexOf(':')
      if (colon < 1) throw ProtocolException("A header has no name")
      val name = line.substring(0, colon).lowercase()
      headers.getOrPut(name) { mutableListOf() }.add(line.substring(colon + 1).trim())
      if (headers.size > MOST_HEADERS) throw ProtocolException("More than $MOST_HEADERS headers")
      line = wire.readLine()
    }
    return headers
  }

  private fun readBody(headers: Map<String, List<String>>): ByteArray {
    if (headers["transfer-encoding"].orEmpty().any { it.equals("chunked", ignoreCase = true) }) {
      return readChunks()
    }
    val length = headers["content-length"]?.first() ?: return ByteArray(0)
    return wire.readExactly(checkedSize(length.toIntOrNull(), 0))
  }

  private fun readChunks(): ByteArray {
    val body = ByteArrayOutputStream()
    while (true) {
      val size = wire.readLine().substringBefore(';').trim().toIntOrNull(HEX)
      val chunk = wire.readExactly(checkedSize(size, body.size()))
      if (chunk.isEmpty()) break
      body.write(chunk)
      wire.readLine()
    }
    while (wire.readLine().isNotEmpty()) {
      // Trailers say nothing that a script could ask for.
    }
    return body.toByteArray()
  }

  private fun checkedSize(size: Int?, before: Int): Int {
    if (size == null || size < 0) throw ProtocolException("The body's size is not a number")
    if (size > LARGEST_BODY - before) {
      throw ProtocolException("The body is larger than $LARGEST_BODY bytes")
    }
    return size
  }

  private companion object {
    const val HEX = 16
    const val MOST_HEADERS = 200
    const val LARGEST_BODY = 32 * 1024 * 1024
  }
}
