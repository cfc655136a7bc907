package dev.holdfast.ktor.soak

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicLong

/**
 * Anthropic's Messages API on 127.0.0.1, which does with each request what [fateOf] says of the
 * number in its header. It keeps nothing of a request, so that the heap after a hundred thousand of
 * them shows what the client has kept.
 */
internal class SoakServer(private val fateOf: (Int) -> Fate) : AutoCloseable {

  private val listener =
    ServerSocket(0, BACKLOG, InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1)))
  private val open = ConcurrentHashMap.newKeySet<Socket>()
  private val used = ConcurrentHashMap.newKeySet<Socket>()
  private val busy = ConcurrentHashMap<Socket, Pair<Int, Fate>>()
  private val asked = AtomicLong()
  private val threads =
    Executors.newCachedThreadPool { work ->
      Thread(work, "$THREADS-${listener.localPort}").apply { isDaemon = true }
    }

  val url: String = "http://127.0.0.1:${listener.localPort}/v1/messages"

  /** The requests so far. */
  val requests: Long
    get() = asked.get()

  /** The connections that are open and have carried a request, idle ones included. */
  val connections: Int
    get() = used.size

  /** The connections that are open and have carried nothing. */
  val unused: Int
    get() = open.size - used.size

  /** The calls whose requests are being answered, and how. */
  val answering: List<Pair<Int, Fate>>
    get() = busy.values.toList()

  init {
    threads.execute(::acceptAll)
  }

  private fun acceptAll() {
    while (!listener.isClosed) {
      try {
        val socket = listener.accept()
        open += socket
        threads.execute { serve(socket) }
      } catch (_: IOException) {
        // The server is closed.
      }
    }
  }

  private fun serve(socket: Socket) {
    try {
      socket.use {
        socket.tcpNoDelay = true
        val reader = SoakReader(socket)
        var goesOn = true
        while (goesOn) {
          val request = reader.read() ?: break
          asked.incrementAndGet()
          used += socket
          val fate = fateOf(request.call)
          busy[socket] = request.call to fate
          goesOn = SoakExchange(socket, reader, request).answer(fate)
          busy -= socket
        }
      }
    } catch (_: IOException) {
      // The client has gone, which is what half of them do.
    } finally {
      busy -= socket
      used -= socket
      open -= socket
    }
  }

  /** Ends the connections on which requests are still being answered; how many those are. */
  fun endAnswering(): Int = busy.keys.onEach { it.close() }.size

  override fun close() {
    listener.close()
    open.forEach { it.close() }
    threads.shutdown()
  }

  companion object {
    /** What the names of the server's threads begin with. */
    const val THREADS: String = "soak-server"
    private const val BACKLOG = 1024
  }
}
