package dev.holdfast.providers.degraded

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.zip.CRC32

/**
 * One message of AWS's binary event stream: two lengths and their checksum, the headers, the
 * payload, and the checksum of all that.
 */
internal object EventFrame {

  private const val PRELUDE = 12
  private const val CHECKSUM = 4
  private const val TEXT_HEADER: Byte = 7

  fun of(type: String, json: String): ByteArray {
    val headers = ByteArrayOutputStream()
    headers.writeBytes(header(":event-type", type))
    headers.writeBytes(header(":content-type", "application/json"))
    headers.writeBytes(header(":message-type", "event"))
    val payload = json.encodeToByteArray()
    val length = PRELUDE + headers.size() + payload.size + CHECKSUM
    val frame = ByteBuffer.allocate(length).putInt(length).putInt(headers.size())
    frame.putInt(checksum(frame)).put(headers.toByteArray()).put(payload)
    return frame.putInt(checksum(frame)).array()
  }

  private fun header(name: String, value: String): ByteArray =
    ByteBuffer.allocate(1 + name.length + 1 + 2 + value.length)
      .put(name.length.toByte())
      .put(name.encodeToByteArray())
      .put(TEXT_HEADER)
      .putShort(value.length.toShort())
      .put(value.encodeToByteArray())
      .array()

  /** The checksum of what is in the buffer so far. */
  private fun checksum(frame: ByteBuffer): Int =
    CRC32().apply { update(frame.array(), 0, frame.position()) }.value.toInt()
}
