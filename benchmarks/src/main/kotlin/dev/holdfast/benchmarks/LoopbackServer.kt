package dev.holdfast.benchmarks

import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket

/**
 * A model's provider on 127.0.0.1 that gives every request the same bytes and closes: nearly all of
 * what a call takes is the client's. One thread serves one connection at a time.
 */
internal class LoopbackServer(private val answer: ByteArray) : AutoCloseable {

  private val listener = ServerSocket(0, 1, InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1)))
  private val buffer = ByteArray(BUFFER)

  val url: String = "http://127.0.0.1:${listener.localPort}/v1/chat/completions"

  init {
    Thread(::serveAll, "loopback-server").apply { isDaemon = true }.start()
  }

  private fun serveAll() {
    while (!listener.isClosed) {
      try {
        listener.accept().use(::serve)
      } catch (_: IOException) {
        // The server or the client is closed.
      }
    }
  }

  private fun serve(socket: Socket) {
    socket.tcpNoDelay = true
    val input = socket.getInputStream()
    readRequest(input)
    socket.getOutputStream().write(answer)
    socket.shutdownOutput()
    // The client closes first, so that nothing of the answer is lost by a reset.
    while (input.read(buffer) >= 0) continue
  }

  /** All requests are small and have a Content-Length. */
  private fun readRequest(input: InputStream) {
    var size = 0
    var whole = Int.MAX_VALUE
    while (size < whole) {
      val read = input.read(buffer, size, buffer.size - size)
      if (read < 0) throw IOException("The client has left")
      size += read
      if (whole == Int.MAX_VALUE) whole = wholeSize(size)
    }
  }

  /** The size of the request, head and body; the largest if its head is not all there. */
  private fun wholeSize(size: Int): Int {
    val head = String(buffer, 0, size, Charsets.ISO_8859_1)
    val end = head.indexOf("\r\n\r\n")
    if (end < 0) return Int.MAX_VALUE
    val length = LENGTH.find(head.substring(0, end)) ?: throw IOException("No Content-Length")
    return end + 4 + length.groupValues[1].toInt()
  }

  override fun close() = listener.close()

  private companion object {
    const val BUFFER = 64 * 1024
    val LENGTH = Regex("(?i)content-length: *(\\d+)")
  }
}
