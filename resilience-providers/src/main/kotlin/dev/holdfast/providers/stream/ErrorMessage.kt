package dev.holdfast.providers.stream

import dev.holdfast.providers.body.JsonStrings

/**
 * The first words of an error's message. They may quote a prompt, so they are for the judgement of
 * the event alone: nothing of them is left after it.
 */
internal class ErrorMessage {
  private var bytes: ByteArray? = null
  private var length = 0

  /** Another message of the same error begins. */
  fun begin() {
    if (length > 0) add(LINE_FEED)
  }

  fun append(text: ByteArray, from: Int, to: Int) {
    val fits = minOf(to - from, LONGEST - length)
    if (fits <= 0) return
    System.arraycopy(text, from, room(), length, fits)
    length += fits
  }

  /** A character after a backslash. */
  fun escape(char: Byte) {
    add(BACKSLASH)
    add(char)
  }

  fun text(): String =
    bytes?.let { String(it, 0, length) }?.let { JsonStrings.decode(it, 0, it.length, LONGEST) }
      ?: ""

  fun clear() {
    bytes = null
    length = 0
  }

  private fun add(byte: Byte) {
    if (length < LONGEST) room()[length++] = byte
  }

  private fun room(): ByteArray = bytes ?: ByteArray(LONGEST).also { bytes = it }

  private companion object {
    const val LONGEST = 2000
  }
}
