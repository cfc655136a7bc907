package dev.holdfast.benchmarks.peers

import java.io.IOException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch

internal const val SAMPLES = 20
internal const val WAIT_MILLIS = 200L

internal class ModelDown : IOException("the model is down")

internal suspend fun attempts(retried: (Flow<Int>) -> Flow<Int>): List<Int> {
  var attempts = 0
  val failing =
    retried(
      flow {
        attempts++
        throw ModelDown()
      }
    )
  return List(3) {
    attempts = 0
    runCatching { failing.collect {} }
    attempts
  }
}

internal suspend fun items(retried: (Flow<Int>) -> Flow<Int>): List<Int> {
  var first = true
  val seen = mutableListOf<Int>()
  val broken = flow {
    emit(1)
    emit(2)
    if (first) {
      first = false
      throw ModelDown()
    }
    emit(3)
  }
  runCatching { retried(broken).collect { seen += it } }
  return seen
}

/** Cancels [waiting] while another caller holds what it waits for, who then leaves. */
internal suspend fun cancelledWaiter(waiting: suspend () -> Unit, leave: () -> Unit) {
  coroutineScope {
    val waiter = launch(start = CoroutineStart.UNDISPATCHED) { waiting() }
    delay(5)
    waiter.cancel()
    leave()
    waiter.join()
  }
}
