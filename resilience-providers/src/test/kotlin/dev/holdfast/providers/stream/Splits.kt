package dev.holdfast.providers.stream

import io.kotest.assertions.withClue
import java.util.random.RandomGenerator
import java.util.random.RandomGeneratorFactory

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

/**
 * Runs a case with each of so many generators. A failure names the seed of its generator, by which
 * it repeats alone: `forSeeds(1, 42) { }`.
 */
internal fun forSeeds(count: Int, first: Long = 0, case: (RandomGenerator) -> Unit) {
  val factory = RandomGeneratorFactory.of<RandomGenerator>("L64X128MixRandom")
  for (seed in first until first + count) {
    withClue("seed $seed") { case(factory.create(seed)) }
  }
}
