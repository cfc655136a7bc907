package dev.holdfast.testkit

import dev.holdfast.time.Durations
import java.io.EOFException
import java.io.IOException
import java.net.ProtocolException
import java.net.Socket
import java.net.SocketTimeoutException
import java.time.Duration

/** One accepted socket: buffered reads, waits that end when the client leaves, and writes. */
internal class Wire(private val socket: Socket) {
  /* design
   *
   * A wait is a read. Reading is the only thing on a blocking socket that notices a client's FIN
   * or RST, and closing the socket from another thread ends it at once. Whatever a client sends
   * while it ought to wait stays in the buffer for the next request.
   */
  private val input = socket.getInputStream()
  private val output = socket.getOutputStream()
  private var buffer = ByteArray(INITIAL_BUFFER)
  private var start = 0
  private var end = 0
  @Volatile private var released = false

  /** Waits for a byte to read; false if the client closes instead. */
  fun awaitInput(): Boolean = start < end || fill()

  /** The next line of the head of a request, without its end. */
  fun readLine(): String {
    var scanned = 0
    while (true) {
      while (start + scanned < end) {
        if (buffer[start + scanned] == LINE_FEED) return takeLine(scanned)
        scanned++
      }
      if (scanned > LONGEST_LINE) throw ProtocolException("A line is longer than $LONGEST_LINE")
      fillOrThrow()
    }
  }

  fun readExactly(count: Int): ByteArray {
    val bytes = ByteArray(count)
    var read = 0
    while (read < count) {
      if (start == end) fillOrThrow()
      val part = minOf(count - read, end - start)
      buffer.copyInto(bytes, read, start, start + part)
      start += part
      read += part
    }
    return bytes
  }

  /**
   * Holds the thread for [duration].
   *
   * @throws IOException if the client leaves or the provider closes first
   */
  fun pause(duration: Duration) {
    val deadline = System.nanoTime() + Durations.saturatedNanos(duration)
    try {
      var left = deadline - System.nanoTime()
      while (left > 0) {
        // Rounded up, since zero would mean forever.
        socket.soTimeout = ((left - 1) / NANOS_PER_MILLI + 1).coerceAtMost(LONGEST_READ).toInt()
        try {
          fillOrThrow()
        } catch (_: SocketTimeoutException) {
          // The clock decides whether the time is up.
        }
        left = deadline - System.nanoTime()
      }
    } finally {
      socket.soTimeout = 0
    }
  }

  /**
   * Holds the thread until [release]. Nothing can be read from this socket afterwards.
   *
   * @throws IOException if the client leaves or the provider closes first
   */
  fun pauseUntilReleased() {
    while (!released) {
      if (!fill() && !released) throw EOFException("The client closed the connection")
    }
  }

  /** Ends [pauseUntilReleased]: a thread that is blocked in a read then sees the input's end. */
  fun release() {
    released = true
    try {
      socket.shutdownInput()
    } catch (_: IOException) {
      // The connection has ended, and nobody waits for it any more.
    }
  }

  fun write(bytes: ByteArray) {
    output.write(bytes)
    output.flush()
  }

  /** Closes so that the client sees the end of the data: a FIN. */
  fun finish() {
    try {
      socket.shutdownOutput()
    } catch (_: IOException) {
      // The client was faster.
    }
    socket.close()
  }

  /** Closes so that the client sees a failure: a RST. */
  fun reset() {
    try {
      socket.setSoLinger(true, 0)
    } catch (_: IOException) {
      // The client was faster.
    }
    socket.close()
  }

  private fun takeLine(length: Int): String {
    val line = String(buffer, start, length, Charsets.ISO_8859_1)
    start += length + 1
    return line.removeSuffix("\r")
  }

  private fun fillOrThrow() {
    if (!fill()) throw EOFException("The client closed the connection")
  }

  private fun fill(): Boolean {
    if (start > 0) {
      buffer.copyInto(buffer, 0, start, end)
      end -= start
      start = 0
    }
    if (end == buffer.size) buffer = buffer.copyOf(buffer.size * 2)
    val count = input.read(buffer, end, buffer.size - end)
    if (count > 0) end += count
    return count >= 0
  }

  private companion object {
    const val INITIAL_BUFFER = 2048
    const val LONGEST_LINE = 65_536
    const val LONGEST_READ = 3_600_000L
    const val NANOS_PER_MILLI = 1_000_000L
    const val LINE_FEED = '\n'.code.toByte()
  }
}
