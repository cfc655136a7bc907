package dev.holdfast.providers.stream

import java.util.random.RandomGenerator

/** Feeds the guard with pieces of these sizes, and with the rest at the end. */
internal fun StreamGuard.feedInPieces(bytes: ByteArray, sizes: () -> Int): StreamGuard {
  var index = 0
  while (index < bytes.size) {
    val size = minOf(sizes(), bytes.size - index)
    feed(bytes, index, size)
    index += size
  }
  return this
}

/** Mostly small pieces, now and then none, now and then a large one. */
internal fun RandomGenerator.pieces(): () -> Int = {
  when (nextInt(10)) {
    0 -> 0
    1 -> nextInt(1, 400)
    2,
    3,
    4 -> 1
    else -> nextInt(1, 20)
  }
}
