@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.CircuitBreakerConfigBuilder
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.coroutines.withRetry
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.io.IOException
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

/** A flow that is another one each time it is collected. */
private class Source(private vararg val ways: suspend FlowCollector<Int>.() -> Unit) {
  var collections = 0
    private set

  val flow: Flow<Int> = flow { ways[collections++ % ways.size]() }
}

private val fails: suspend FlowCollector<Int>.() -> Unit = { throw IOException("before") }

private val breaks: suspend FlowCollector<Int>.() -> Unit = {
  emit(1)
  emit(2)
  throw IOException("after")
}

private val works: suspend FlowCollector<Int>.() -> Unit = {
  emit(1)
  emit(2)
  emit(3)
}

/** A breaker that the first trouble opens. */
private fun fragileBreaker(
  time: ManualTime,
  configure: CircuitBreakerConfigBuilder.() -> Unit = {},
): CircuitBreaker {
  val config = CircuitBreakerConfig.builder()
  config.configure()
  return CircuitBreaker.of("sonnet", config.failureThreshold(1).build(), time)
}

class FlowRetryTest :
  FunSpec({
    val time = ManualTime()

    test("a failure before the first item is retried after a wait") {
      runTest {
        val source = Source(fails, fails, works)

        source.flow.withRetry(retrying(time, 3)).toList() shouldBe listOf(1, 2, 3)

        currentTime shouldBe 2000
      }
    }

    test("each collection has attempts of its own") {
      runTest {
        val source = Source(fails)
        val retried = source.flow.withRetry(retrying(time, 3))

        repeat(3) { shouldThrow<IOException> { retried.toList() } }

        source.collections shouldBe 9
      }
    }

    test("an empty flow is a success") {
      runTest { Source({}).flow.withRetry(retrying(time, 3)).toList() shouldBe emptyList() }
    }

    test("a failure after the first item is passed on") {
      runTest {
        val source = Source(fails, breaks, works)
        val seen = mutableListOf<Int>()

        val thrown =
          shouldThrow<IOException> {
            source.flow.withRetry(retrying(time, 9)).collect { seen += it }
          }

        thrown shouldHaveMessage "after"
        thrown.suppressed.map { it.message } shouldBe listOf("before")
        seen shouldBe listOf(1, 2)
      }
    }

    test("who asks for a replay gets the items again") {
      runTest {
        val source = Source(breaks, works)

        source.flow.withRetry(retrying(time, 9), replayAfterFirstItem = true).toList() shouldBe
          listOf(1, 2, 1, 2, 3)
      }
    }

    mapOf<String, (Flow<Int>) -> Flow<Int>>(
        "in place" to { it },
        "through a channel" to { it.flowOn(Dispatchers.Unconfined) },
      )
      .forEach { (way, through) ->
        listOf(false, true).forEach { replay ->
          test("what the collector throws is not retried, $way, replay $replay") {
            runTest {
              val source = Source(works)
              val seen = mutableListOf<Int>()

              shouldThrow<IOException> {
                through(source.flow).withRetry(retrying(time, 9), replay).collect {
                  seen += it
                  throw IOException("mine")
                }
              } shouldHaveMessage "mine"

              source.collections shouldBe 1
              seen shouldBe listOf(1)
            }
          }
        }

        test("a collector that has enough ends the flow as a success, $way") {
          runTest {
            val source = Source(works)
            val breaker = halfOpenBreaker(time)
            val retry = retrying(time, 9) { circuitBreaker(breaker, BreakerCounts.ATTEMPTS) }

            through(source.flow).withRetry(retry).first() shouldBe 1
            through(source.flow).withRetry(retry).take(2).toList() shouldBe listOf(1, 2)

            source.collections shouldBe 2
            breaker.state() shouldBe CircuitBreaker.State.CLOSED
          }
        }
      }

    BreakerCounts.entries.forEach { counts ->
      fun guarded(breaker: CircuitBreaker) = retrying(time, 9) { circuitBreaker(breaker, counts) }

      test("cancelled before the first item is no opinion; counting $counts") {
        runTest {
          val breaker = halfOpenBreaker(time)
          val source = Source({ awaitCancellation() })
          val caller = launch { source.flow.withRetry(guarded(breaker)).collect {} }
          runCurrent()

          caller.cancel()
          caller.join()

          source.collections shouldBe 1
          breaker.hasFreePlace() shouldBe true
        }
      }

      test("cancelled after the first item is a success; counting $counts") {
        runTest {
          val breaker = halfOpenBreaker(time)
          val source =
            Source({
              emit(1)
              awaitCancellation()
            })
          val caller = launch { source.flow.withRetry(guarded(breaker)).collect {} }
          runCurrent()

          caller.cancel()
          caller.join()

          breaker.state() shouldBe CircuitBreaker.State.CLOSED
        }
      }

      test("broken after the first item is a failure; counting $counts") {
        runTest {
          val breaker = fragileBreaker(time)

          shouldThrow<IOException> { Source(breaks).flow.withRetry(guarded(breaker)).collect {} }

          breaker.isOpen shouldBe true
        }
      }

      test("the first item decides a probe, whatever follows; counting $counts") {
        runTest {
          val breaker = halfOpenBreaker(time)
          val states = mutableListOf<CircuitBreaker.State>()
          val source = Source(breaks)

          shouldThrow<IOException> {
            source.flow.withRetry(guarded(breaker)).collect { states += breaker.state() }
          }

          states.first() shouldBe CircuitBreaker.State.CLOSED
          breaker.isOpen shouldBe false
        }
      }

      mapOf<String, CircuitBreakerConfigBuilder.() -> Unit>(
          "slow" to { slowCallRateThreshold(1.0, Duration.ofSeconds(5)).minimumCalls(1) },
          "hanging" to { hangingCallsThreshold(1, Duration.ofSeconds(5)) },
        )
        .forEach { (rule, configure) ->
          listOf(1 to false, 9 to true).forEach { (firstItemSeconds, opens) ->
            test("a $rule rule measures to an item after $firstItemSeconds s; counting $counts") {
              runTest {
                val breaker = fragileBreaker(time, configure)
                val source =
                  Source({
                    time.advance(Duration.ofSeconds(firstItemSeconds.toLong()))
                    breaker.tryAcquire()?.close()
                    emit(1)
                    time.advance(Duration.ofSeconds(30))
                    breaker.tryAcquire()?.close()
                    emit(2)
                  })

                source.flow.withRetry(guarded(breaker)).toList() shouldBe listOf(1, 2)

                breaker.isOpen shouldBe opens
              }
            }
          }
        }
    }

    test("a flow is not started while the breaker is open") {
      runTest {
        val source = Source(works)
        val breaker = halfOpenBreaker(time)
        breaker.acquire().failure()

        shouldThrow<CircuitOpenException> {
          source.flow
            .withRetry(retrying(time, 9) { circuitBreaker(breaker, BreakerCounts.ATTEMPTS) })
            .collect {}
        }

        source.collections shouldBe 0
      }
    }
  })
