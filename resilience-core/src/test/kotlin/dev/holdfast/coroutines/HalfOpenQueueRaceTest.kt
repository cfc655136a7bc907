package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.LongAdder
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

class HalfOpenQueueRaceTest :
  FunSpec({
    test("on real threads no waiter that is cancelled keeps a place") {
      val time = ManualTime()
      val breaker =
        testBreaker(time) {
          maxWaitInHalfOpen(60.seconds)
          successThreshold(1_000_000)
        }
      breaker.tripAndWait(time)

      runBlocking(Dispatchers.Default) {
        repeat(2000) {
          val probe = breaker.acquire()
          val waiter = launch { breaker.withBreaker { awaitCancellation() } }
          val release = launch { probe.close() }
          val cancel = launch { waiter.cancel() }
          joinAll(waiter, release, cancel)
          breaker.tryAcquire().shouldNotBeNull().close()
        }
      }

      breaker.state() shouldBe HALF_OPEN
    }

    test("on real threads every waiter is served, and never more at once than there are places") {
      val time = ManualTime()
      val breaker =
        testBreaker(time) {
          maxWaitInHalfOpen(60.seconds)
          permittedCallsInHalfOpenState(2)
          successThreshold(1_000_000)
        }
      breaker.tripAndWait(time)
      val running = AtomicInteger()
      val most = AtomicInteger()
      val served = AtomicInteger()

      runBlocking(Dispatchers.Default) {
        List(500) {
            launch {
              breaker.withBreaker {
                most.accumulateAndGet(running.incrementAndGet(), ::maxOf)
                yield()
                running.decrementAndGet()
              }
              served.incrementAndGet()
            }
          }
          .joinAll()
      }

      served.get() shouldBe 500
      (most.get() <= 2) shouldBe true
      breaker.state() shouldBe HALF_OPEN
    }

    mapOf<String, List<suspend () -> Unit>>(
        "answers and no opinions" to
          listOf({}, { throw IllegalArgumentException() }, { currentCoroutineContext().cancel() }),
        "answers and failures" to listOf({}, {}, {}, { throw IOException() }),
      )
      .forEach { (endings, end) ->
        test("on real threads what patient callers were admitted for adds up; $endings") {
          val time = ManualTime()
          val breaker =
            testBreaker(time) {
              maxWaitInHalfOpen(60.seconds)
              permittedCallsInHalfOpenState(3)
              successThreshold(1_000_000)
              probeLease(30.days.toJavaDuration())
              countsAsFailure { it is IOException }
            }
          val tally = List(3) { LongAdder() }
          val (admitted, refused, settled) = tally
          breaker.tripAndWait(time)
          breaker.onProbeSettled { settled.increment() }

          runBlocking(Dispatchers.Default) {
            List(1000) { number ->
                launch {
                  while (isActive) {
                    try {
                      breaker.withBreaker {
                        admitted.increment()
                        yield()
                        end[number % end.size]()
                      }
                      break
                    } catch (_: CircuitOpenException) {
                      refused.increment()
                      time.advance(breaker.retryAfter())
                    } catch (_: IOException) {
                      break
                    } catch (_: IllegalArgumentException) {
                      break
                    }
                  }
                }
              }
              .joinAll()
          }

          val snapshot = breaker.snapshot()
          admitted.sum() shouldBe 1000
          settled.sum() + snapshot.staleResults() shouldBe 1000
          snapshot.rejected() shouldBe refused.sum()
        }
      }
  })
