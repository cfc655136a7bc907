package dev.holdfast.providers.request

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/** One segment of the path of a URL, percent-encoded (RFC 3986 §2.1). */
internal object PathSegment {

  /** Encodes everything that could end the segment, or that a signature would write otherwise. */
  fun encode(name: String): String = buildString {
    for (byte in name.encodeToByteArray()) {
      val char = byte.toInt().toChar()
      if (char in PLAIN) append(char) else append('%').append(HEX.format(byte.toInt() and 0xff))
    }
  }

  /** Null if the segment is not well encoded. */
  fun decode(segment: String): String? {
    if ('%' !in segment) return segment
    val bytes = ByteArrayOutputStream(segment.length)
    var at = 0
    while (at < segment.length) {
      if (segment[at] == '%') {
        bytes.write(hex(segment, at + 1) ?: return null)
        at += 3
      } else {
        val end = segment.indexOf('%', at).let { if (it < 0) segment.length else it }
        bytes.writeBytes(segment.substring(at, end).encodeToByteArray())
        at = end
      }
    }
    return try {
      Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString()
    } catch (malformed: CharacterCodingException) {
      null
    }
  }

  /** Whether a name is a name, and no step to another place in the tree of paths. */
  fun isPlain(name: String): Boolean = name != "." && name != ".."

  private fun hex(text: String, at: Int): Int? {
    if (at + 2 > text.length) return null
    val digits = text.substring(at, at + 2)
    return if (digits.all { it in HEX_DIGITS }) digits.toInt(16) else null
  }

  private const val HEX = "%02X"
  private const val HEX_DIGITS = "0123456789abcdefABCDEF"
  private const val PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@"
}
