package dev.holdfast.providers.stream

/** Cuts the bytes of a stream into events, in pieces of any size. */
internal interface Framing {
  /** Reads the next bytes, as far as the stream is not over. */
  fun feed(bytes: ByteArray, from: Int, to: Int)

  /** No more bytes come. */
  fun end()
}
