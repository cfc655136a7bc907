package dev.holdfast.testing

import java.util.concurrent.CyclicBarrier
import java.util.concurrent.ExecutionException
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS

/** A few real threads that start each round of work in the same instant. */
class Threads(val count: Int = 4) : AutoCloseable {
  private val pool: ExecutorService = Executors.newFixedThreadPool(count)
  private val barrier = CyclicBarrier(count)

  /** Runs [work] on every thread at once, with the number of the thread, and awaits the results. */
  fun <T> race(work: (Int) -> T): List<T> {
    val runs =
      List(count) { number ->
        pool.submit<T> {
          barrier.await(20, SECONDS)
          work(number)
        }
      }
    return try {
      runs.map { it.get(20, SECONDS) }
    } catch (failed: ExecutionException) {
      throw AssertionError("a thread of the race failed", failed.cause)
    }
  }

  override fun close() {
    pool.shutdownNow()
  }
}
