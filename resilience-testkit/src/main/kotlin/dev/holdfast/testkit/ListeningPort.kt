package dev.holdfast.testkit

import java.io.IOException
import java.io.UncheckedIOException
import java.net.BindException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket

/** A port of the loopback address that can stop listening and start again. */
internal class ListeningPort(private val connections: Connections) {
  /* design
   *
   * While the port refuses, a socket that is bound but does not listen keeps it. Otherwise the
   * system could give the free port to another program, or to a client here, whose connection
   * would then find itself.
   */
  private val loopback = InetAddress.getByAddress("localhost", byteArrayOf(127, 0, 0, 1))
  private var listener = listen(0)
  private var acceptor = startAcceptor(listener)
  private var placeholder: Socket? = null
  private var closed = false

  val number: Int = listener.localPort

  @Synchronized
  fun refuse() {
    check(!closed) { "The provider is closed" }
    if (!listener.isClosed) refuseNewcomers()
    connections.closeIdle()
  }

  @Synchronized
  fun accept() {
    check(!closed) { "The provider is closed" }
    if (!listener.isClosed) return
    connections.keepIdle()
    placeholder?.close()
    listener = listen(number)
    acceptor = startAcceptor(listener)
  }

  @Synchronized
  fun close() {
    closed = true
    stopListening()
    placeholder?.close()
  }

  private fun refuseNewcomers() {
    stopListening()
    placeholder =
      Socket().apply {
        reuseAddress = true
        bind(InetSocketAddress(loopback, number))
      }
  }

  private fun stopListening() {
    listener.close()
    awaitEnd(acceptor)
  }

  private fun listen(port: Int): ServerSocket {
    val socket = ServerSocket()
    try {
      socket.reuseAddress = true
      socket.bind(InetSocketAddress(loopback, port), BACKLOG)
    } catch (taken: BindException) {
      socket.close()
      throw UncheckedIOException("Cannot listen on port $port of 127.0.0.1", taken)
    }
    return socket
  }

  private fun startAcceptor(listener: ServerSocket): Thread {
    val name = "scripted-provider-${listener.localPort}-accept"
    return Thread({ acceptAll(listener) }, name).apply {
      isDaemon = true
      start()
    }
  }

  private fun acceptAll(listener: ServerSocket) {
    while (!listener.isClosed) {
      try {
        connections.admit(listener.accept(), listener.localPort)
      } catch (_: IOException) {
        // Either the listener was closed, or the process has no file descriptor left.
        if (!listener.isClosed) connections.awaitRoom()
      }
    }
  }

  private companion object {
    const val BACKLOG = 4096
  }
}
