package dev.holdfast.testkit

import java.io.Closeable
import java.net.Socket
import java.net.URI

/** A client on a bare socket, which sees what HTTP clients hide. */
internal class RawClient(provider: ScriptedProvider) : Closeable {
  private val socket = Socket("127.0.0.1", URI(provider.baseUrl).port).apply { soTimeout = 10_000 }
  private val input = socket.getInputStream().buffered()

  fun send(text: String): RawClient = apply {
    socket.getOutputStream().write(text.toByteArray())
    socket.getOutputStream().flush()
  }

  fun post(body: String, vararg headers: String): RawClient =
    send(
      (listOf("POST /v1/messages HTTP/1.1", "Host: test", "Content-Length: ${body.length}") +
          headers)
        .joinToString("\r\n", postfix = "\r\n\r\n") + body
    )

  fun readLine(): String =
    buildString {
        while (true) {
          val next = input.read()
          check(next >= 0) { "The data ended inside a line: $this" }
          if (next == '\n'.code) break
          append(next.toChar())
        }
      }
      .removeSuffix("\r")

  /** The head of an answer, line by line, in lower case. */
  fun readHead(): List<String> =
    generateSequence { readLine().lowercase() }.takeWhile { it.isNotEmpty() }.toList()

  fun readAnswer(): String {
    val length = readHead().single { it.startsWith("content-length: ") }.substringAfter(' ')
    return String(input.readNBytes(length.toInt()))
  }

  /** The next chunk; empty if it is the one that ends the body. */
  fun readChunk(): String {
    val size = readLine().toInt(16)
    return String(input.readNBytes(size)).also { readLine() }
  }

  /** Whatever comes until the other side closes. */
  fun readToEnd(): String = String(input.readAllBytes())

  fun reset() {
    socket.setSoLinger(true, 0)
    socket.close()
  }

  override fun close() = socket.close()
}
