package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit.SECONDS
import java.util.random.RandomGenerator

class BrokenGeneratorTest :
  FunSpec({
    withData(
      mapOf(
        "a generator that throws spreads no wait, and keeps no breaker closed and no caller waiting" to
          IllegalStateException("no entropy"),
        "nor does one in Kotlin, which may throw anything" to IOException("no entropy"),
      )
    ) { thrown ->
      val broken = RandomGenerator { throw thrown }
      val breaker =
        CircuitBreakers.builder()
          .defaultConfig(testConfig { failureThreshold(1).waitDurationJitter(0.5) })
          .random(broken)
          .time(ManualTime())
          .build()
          .breaker("a")
      val call = CompletableFuture<String>()
      val answer = breaker.callAsync { call }

      call.completeExceptionally(IOException("down"))

      shouldThrow<ExecutionException> { answer.get(5, SECONDS) }
      breaker.state() shouldBe OPEN
      breaker.retryAfter() shouldBe Duration.ofSeconds(10)
    }
  })
