package dev.holdfast.ktor

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread

/**
 * A server on 127.0.0.1 that answers each request by the bytes that [answer] writes, whether they
 * are HTTP or not, and closes the connection after that.
 */
class RawServer(
  private val socket: ServerSocket = ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
  private val answer: RawConnection.() -> Unit,
) : AutoCloseable {

  private val connections = ConcurrentHashMap.newKeySet<Socket>()
  private val received = CopyOnWriteArrayList<String>()

  /** What the reader of an answer has of it, for a server that waits for that. */
  @Volatile var read: String = ""

  val port: Int = socket.localPort
  val baseUrl: String = "http://127.0.0.1:$port"

  /** The bodies of the requests so far, in order of arrival. */
  val requests: List<String>
    get() = received.toList()

  val open: Int
    get() = connections.size

  init {
    thread(isDaemon = true, name = "raw server") {
      while (true) {
        val accepted = runCatching { socket.accept() }.getOrNull() ?: break
        connections += accepted
        thread(isDaemon = true, name = "raw connection") { serve(accepted) }
      }
    }
  }

  private fun serve(accepted: Socket) {
    try {
      accepted.use { RawConnection(it, received::add, ::read).answer() }
    } catch (_: IOException) {
      // The client has gone.
    } finally {
      connections -= accepted
    }
  }

  override fun close() {
    socket.close()
    connections.forEach { runCatching { it.close() } }
  }
}

/** A connection to a [RawServer]. */
class RawConnection(
  private val socket: Socket,
  private val received: (String) -> Unit,
  private val read: () -> String,
) {

  private val input = socket.getInputStream().buffered()

  /** Reads a request to its end; its body. */
  fun request(): String {
    val head = StringBuilder()
    while (!head.endsWith("\r\n\r\n")) head.append(next())
    val body = if (field(head, "transfer-encoding") == "chunked") chunks() else whole(head)
    received(body)
    return body
  }

  private fun whole(head: CharSequence): String =
    input.readNBytes(field(head, "content-length")?.toInt() ?: 0).decodeToString()

  private fun field(head: CharSequence, name: String): String? =
    head.lines().firstOrNull { it.startsWith("$name:", ignoreCase = true) }?.substringAfter(": ")

  private fun chunks(): String = buildString {
    while (true) {
      val length = line().toInt(HEX)
      append(input.readNBytes(length).decodeToString())
      line()
      if (length == 0) return@buildString
    }
  }

  private fun line(): String = buildString {
    while (!endsWith("\r\n")) append(next())
    setLength(length - 2)
  }

  private fun next(): Char {
    val byte = input.read()
    if (byte < 0) throw IOException("The client has gone")
    return byte.toChar()
  }

  fun send(text: String): Unit = send(text.toByteArray())

  fun send(bytes: ByteArray) {
    socket.getOutputStream().write(bytes)
    socket.getOutputStream().flush()
  }

  fun chunk(text: String): Unit = chunk(text.toByteArray())

  fun chunk(bytes: ByteArray): Unit =
    send("${bytes.size.toString(HEX)}\r\n".toByteArray() + bytes + CRLF)

  /** Has the connection end with a reset instead of an end of the data. */
  fun reset() {
    socket.setSoLinger(true, 0)
    socket.close()
  }

  /** Sends no more until the reader has [text], or is not going to have it. */
  fun untilRead(text: String) {
    val end = System.nanoTime() + LONGEST_NANOS
    while (text !in read() && System.nanoTime() - end < 0) Thread.sleep(1)
  }

  /** Sends no more, and waits for the client to go. */
  fun untilGone() {
    while (input.read() >= 0) {}
  }

  private companion object {
    const val HEX = 16
    const val LONGEST_NANOS = 10_000_000_000L
    val CRLF = "\r\n".toByteArray()
  }
}
