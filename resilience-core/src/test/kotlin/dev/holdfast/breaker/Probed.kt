package dev.holdfast.breaker

import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

/** A breaker that is probed every 2 of the 10 seconds that it is open, and what became of that. */
internal class Probed(
  val time: ManualTime = ManualTime(),
  configure: (HealthProbe) -> HealthProbe = { it.withInterval(Duration.ofSeconds(2)) },
  answer: (CompletableFuture<Any?>) -> CompletionStage<*> = { it },
) {
  /** The stages of the probes made so far, and when they were made. */
  val probes = mutableListOf<CompletableFuture<Any?>>()
  val at = mutableListOf<Duration>()

  val registry: CircuitBreakers =
    CircuitBreakers.builder()
      .defaultConfig(testConfig())
      .time(time)
      .healthProbe(
        "sonnet",
        configure(
          HealthProbe.of {
            at += time.elapsed()
            answer(Deaf().also(probes::add))
          }
        ),
      )
      .build()

  val breaker: CircuitBreaker = registry.breaker("sonnet")

  fun seconds(count: Long) = time.advance(Duration.ofSeconds(count))

  /** The breaker opens for so many seconds, because the last failure said so. */
  fun opensFor(seconds: Long) {
    repeat(2) { breaker.acquire().failure() }
    breaker.acquire().failure(Duration.ofSeconds(seconds))
  }
}

/** Notes that it was cancelled, but goes on as if nothing had happened. */
internal class Deaf : CompletableFuture<Any?>() {
  var wasCancelled = false

  override fun cancel(mayInterruptIfRunning: Boolean): Boolean {
    wasCancelled = true
    return false
  }
}
