package dev.holdfast.testing

import java.util.SplittableRandom
import java.util.random.RandomGenerator

/** Draws the least that is possible. */
val leastJitter: RandomGenerator = drawing { 0 }

/** Draws the most that is possible. */
val mostJitter: RandomGenerator = drawing { bound -> bound - 1 }

/** The same draws in each run. */
fun seeded(): RandomGenerator = SplittableRandom(20_261_121)

private fun drawing(below: (Long) -> Long) =
  object : RandomGenerator {
    override fun nextLong(): Long = error("only draws below a bound are expected")

    override fun nextLong(bound: Long): Long = below(bound)
  }
