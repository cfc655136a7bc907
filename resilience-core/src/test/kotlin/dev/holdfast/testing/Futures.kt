package dev.holdfast.testing

import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** What the future ends with, waited for at most 20 seconds; null if it succeeds. */
fun CompletableFuture<*>.failure(): Throwable? =
  handle { _, thrown -> thrown }.get(20, TimeUnit.SECONDS)
