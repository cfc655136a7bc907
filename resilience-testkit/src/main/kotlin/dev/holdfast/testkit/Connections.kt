package dev.holdfast.testkit

import java.net.Socket
import java.time.Duration

/** The open connections, each with a thread of its own. */
internal class Connections(private val desk: RequestDesk) {
  private val monitor = Monitor()
  private val open = mutableMapOf<Connection, Thread>()
  private var admitted = 0
  private var closed = false
  @Volatile private var refusing = false

  fun count(): Int = monitor.read { open.size }

  fun admit(socket: Socket, port: Int) {
    val connection = Connection(socket, desk) { refusing }
    val thread =
      monitor.change {
        if (closed) null else thread(connection, port).also { open[connection] = it }
      }
    try {
      if (thread == null) socket.close() else thread.start()
    } catch (_: OutOfMemoryError) {
      // The machine gives no more threads: this client is turned away, the others stay.
      socket.close()
      remove(connection)
    }
  }

  /** Closes each connection as soon as it is idle, until [keepIdle]. */
  fun closeIdle() {
    refusing = true
    monitor.read { open.keys.toList() }.forEach { it.closeIfIdle() }
  }

  fun keepIdle() {
    refusing = false
  }

  /** Waits until room may have become free for another connection, but not for long. */
  fun awaitRoom() {
    val before = count()
    monitor.await(Duration.ofMillis(50)) { open.size < before }
  }

  fun awaitCount(count: Int, timeout: Duration) {
    requireNotNegative("count", count)
    requireNotNegative("timeout", timeout)
    val reached = monitor.await(timeout) { open.size == count }
    check(reached) { "Waited $timeout for $count open connections, but ${count()} are open" }
  }

  /** Ends all connections for good and waits for their threads. */
  fun close() {
    val ended =
      monitor.change {
        closed = true
        open.toMap()
      }
    ended.keys.forEach { it.close() }
    // A thread that is not in a read can only be in a script.
    ended.values.forEach { it.interrupt() }
    ended.values.forEach { awaitEnd(it) }
  }

  private fun thread(connection: Connection, port: Int): Thread {
    val name = "scripted-provider-$port-connection-${++admitted}"
    val serve = {
      try {
        connection.serve()
      } finally {
        remove(connection)
      }
    }
    return Thread(null, serve, name, STACK_BYTES).apply { isDaemon = true }
  }

  private fun remove(connection: Connection) = monitor.change { open.remove(connection) }

  private companion object {
    /** Thousands of threads only wait. */
    const val STACK_BYTES = 256L * 1024
  }
}
