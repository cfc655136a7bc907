@file:JvmName("HealthProbes")

package dev.holdfast.coroutines

import dev.holdfast.breaker.HealthProbe
import dev.holdfast.model.Model
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/**
 * How the model's breaker, while it is open, finds out that it is back: [request] runs in [scope],
 * and any value is a success. A probe that fails does not fail the scope; when the scope is
 * cancelled, so is the probe, and later ones fail.
 *
 * @param timeout how long one may take; the attempt timeout of the model by default
 * @param interval how long to wait before each; a third of the breaker's wait by default
 * @see HealthProbe
 */
public fun Model.Builder.healthProbe(
  scope: CoroutineScope,
  timeout: Duration? = null,
  interval: Duration? = null,
  request: suspend CoroutineScope.() -> Any?,
): Model.Builder =
  healthProbe(
    HealthProbe({ scope.ask(request) }, timeout?.toJavaDuration(), interval?.toJavaDuration())
  )

/** Not `future`, because a failure of that would be one of the scope, too. */
private fun CoroutineScope.ask(
  request: suspend CoroutineScope.() -> Any?
): CompletableFuture<Any?> {
  val promise = CompletableFuture<Any?>()
  val job = launch {
    try {
      promise.complete(coroutineScope(request))
    } catch (thrown: Throwable) {
      promise.completeExceptionally(thrown)
    }
  }
  // A scope that is cancelled never begins it.
  job.invokeOnCompletion { thrown -> thrown?.let(promise::completeExceptionally) }
  promise.whenComplete { _, _ -> job.cancel() }
  return promise
}
