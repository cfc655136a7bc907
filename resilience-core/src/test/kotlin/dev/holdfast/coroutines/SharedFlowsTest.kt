package dev.holdfast.coroutines

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

class SharedFlowsTest :
  FunSpec({
    test("who comes late gets what has arrived, then what arrives, from one upstream") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>()
        val one = collecting(flows.share("key", source.flow))
        source.send(1, 2)
        runCurrent()
        val two = collecting(flows.share("key", source.flow))
        runCurrent()
        two.items shouldContainExactly listOf(1, 2)

        source.send(3)
        source.items.close()
        runCurrent()

        one.items shouldContainExactly listOf(1, 2, 3)
        two.items shouldContainExactly listOf(1, 2, 3)
        one.end.await() shouldBe null
        source.started shouldBe 1
        flows.size shouldBe 0
      }
    }

    test("keys share nothing") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>()
        repeat(2) { collecting(flows.share("key $it", source.flow)) }
        runCurrent()

        source.started shouldBe 2
        source.items.close()
      }
    }

    test("who comes when the beginning is gone has an upstream of its own, that others join") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>(mostItems = 2)
        collecting(flows.share("key", source.flow))
        source.send(1, 2, 3)
        runCurrent()

        val other = Source()
        val late = List(2) { collecting(flows.share("key", other.flow)) }
        runCurrent()
        other.send(7)
        source.items.close()
        runCurrent()

        source.started shouldBe 1
        other.started shouldBe 1
        late.forEach { it.items shouldContainExactly listOf(7) }
        flows.size shouldBe 1
        other.items.close()
        runCurrent()
        flows.size shouldBe 0
      }
    }

    test("a slow collector holds up the others when it is too far behind, and loses nothing") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>(mostItems = 3)
        val gate = Channel<Unit>(Channel.UNLIMITED)
        val slow = collecting(flows.share("key", source.flow).onEach { gate.receive() })
        val fast = collecting(flows.share("key", source.flow))
        source.send(1, 2, 3, 4, 5, 6)
        runCurrent()

        fast.items shouldContainExactly listOf(1, 2, 3)
        repeat(3) { gate.send(Unit) }
        runCurrent()
        fast.items shouldContainExactly listOf(1, 2, 3, 4, 5, 6)

        source.items.close()
        repeat(3) { gate.send(Unit) }
        runCurrent()
        slow.items shouldContainExactly listOf(1, 2, 3, 4, 5, 6)
        slow.end.await() shouldBe null
      }
    }

    test("a slow collector that leaves holds up nobody") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>(mostItems = 2)
        val slow = collecting(flows.share("key", source.flow).onEach { Channel<Int>().receive() })
        val fast = collecting(flows.share("key", source.flow))
        source.send(1, 2, 3, 4)
        runCurrent()
        fast.items.size shouldBe 2

        slow.job.cancel()
        runCurrent()

        fast.items shouldContainExactly listOf(1, 2, 3, 4)
        fast.job.cancel()
      }
    }

    test("who came first leaves alone, and the upstream is cancelled with the last") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>()
        val one = collecting(flows.share("key", source.flow))
        val two = collecting(flows.share("key", source.flow).take(2))
        source.send(1)
        runCurrent()

        one.job.cancel()
        runCurrent()
        source.cancelled shouldBe 0
        source.send(2)
        runCurrent()

        two.end.await() shouldBe null
        two.items shouldContainExactly listOf(1, 2)
        source.cancelled shouldBe 1
        flows.size shouldBe 0
      }
    }

    test("a failure comes after the items before it, to all, and is not kept") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>()
        val all = List(2) { collecting(flows.share("key", source.flow)) }
        runCurrent()
        val failure = IOException("cut")
        source.send(1)
        source.items.close(failure)
        runCurrent()

        for (one in all) {
          one.items shouldContainExactly listOf(1)
          one.end.await().shouldBeInstanceOf<IOException>()
        }
        flows.size shouldBe 0
        val again = Source()
        val next = collecting(flows.share("key", again.flow))
        again.send(9)
        again.items.close()
        runCurrent()
        next.items shouldContainExactly listOf(9)
      }
    }

    test("a deadline of who came first is not one of the upstream") {
      runTest {
        val source = Source()
        val flows = SharedFlows<Int>()
        val one = launch {
          runCatching { withDeadline(1.seconds) { flows.share("key", source.flow).collect() } }
        }
        runCurrent()
        val two = collecting(flows.share("key", source.flow))
        one.join()
        source.send(1)
        source.items.close()
        runCurrent()

        two.items shouldContainExactly listOf(1)
      }
    }

    test("collectors on many threads get every item, and never two upstreams share a key's start") {
      val flows = SharedFlows<Int>(mostItems = 8)
      val started = AtomicInteger()
      val upstream = flow {
        started.incrementAndGet()
        repeat(200) {
          emit(it)
          if (it % 50 == 0) yield()
        }
      }

      withContext(Dispatchers.Default) {
        val lists =
          List(40) { number ->
              async {
                val flow = flows.share("key", upstream)
                if (number % 4 == 0) flow.take(20).toList() else flow.toList()
              }
            }
            .awaitAll()

        lists.forEachIndexed { number, list ->
          list shouldContainExactly List(if (number % 4 == 0) 20 else 200) { it }
        }
      }

      started.get() shouldBeLessThanOrEqual 40
      flows.size shouldBe 0
    }

    test("no items to keep is refused") {
      shouldThrow<IllegalArgumentException> { SharedFlows<Int>(0) } shouldHaveMessage
        "mostItems must be at least 1, but was 0"
    }
  })

/** A flow of what a test sends, which tells how often it was collected and cancelled. */
private class Source {
  val items = Channel<Int>(Channel.UNLIMITED)
  var started = 0
  var cancelled = 0

  val flow: Flow<Int> = flow {
    started++
    try {
      for (item in items) emit(item)
    } finally {
      if (currentCoroutineContext()[kotlinx.coroutines.Job]?.isCancelled == true) cancelled++
    }
  }

  suspend fun send(vararg all: Int) = all.forEach { items.send(it) }
}

private class Collecting(val items: List<Int>, val job: kotlinx.coroutines.Job) {
  val end = CompletableDeferred<Throwable?>()
}

private fun TestScope.collecting(flow: Flow<Int>): Collecting {
  val items = mutableListOf<Int>()
  lateinit var collecting: Collecting
  val job =
    launch(start = kotlinx.coroutines.CoroutineStart.LAZY) {
      collecting.end.complete(runCatching { flow.collect { items += it } }.exceptionOrNull())
    }
  collecting = Collecting(items, job)
  job.start()
  return collecting
}
