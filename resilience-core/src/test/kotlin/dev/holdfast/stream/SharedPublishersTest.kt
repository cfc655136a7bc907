package dev.holdfast.stream

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CancellationException
import java.util.concurrent.Flow.Publisher

/** Single flight for publishers; what they have in common with flows is tested there as well. */
class SharedPublishersTest :
  FunSpec({
    test("who comes late gets what has arrived, then what arrives, from one upstream") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val one = Reader(shared.share("key", source)).wants(9)
      source.send("a", "b")

      val two = Reader(shared.share("key", Publisher { error("never asked") })).wants(9)
      two.told shouldContainExactly listOf("a", "b")
      source.send("c")
      source.complete()

      listOf(one, two).forEach { it.told shouldContainExactly listOf("a", "b", "c", "complete") }
      source.subscribed shouldBe 1
      shared.inFlight() shouldBe 0
    }

    test("each gets as much as it has requested, at its own pace") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val eager = Reader(shared.share("key", source)).wants(Long.MAX_VALUE)
      val slow = Reader(shared.share("key", source)).wants(1)
      source.send("a", "b", "c")
      source.complete()

      eager.told shouldContainExactly listOf("a", "b", "c", "complete")
      slow.told shouldContainExactly listOf("a")
      slow.wants(1).told shouldContainExactly listOf("a", "b")
      slow.wants(1).told shouldContainExactly listOf("a", "b", "c", "complete")
    }

    test("the upstream begins with the first request, whosever it is") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      Reader(shared.share("key", source))
      val two = Reader(shared.share("key", source))
      source.subscribed shouldBe 0
      shared.inFlight() shouldBe 0

      two.wants(1)

      source.subscribed shouldBe 1
    }

    test("a slow subscriber holds up the others when it is too far behind, and loses nothing") {
      val source = Manual()
      val shared = SharedPublishers.keeping<String>(3)
      val slow = Reader(shared.share("key", source)).wants(1)
      val fast = Reader(shared.share("key", source)).wants(9)
      source.requested shouldBe 3
      source.send("a", "b", "c")
      source.requested shouldBe 4

      source.send("d")
      slow.wants(2)
      source.requested shouldBe 6
      source.send("e", "f")
      fast.told shouldContainExactly listOf("a", "b", "c", "d", "e", "f")
      slow.wants(9).told shouldContainExactly listOf("a", "b", "c", "d", "e", "f")
    }

    test("a slow subscriber that leaves holds up nobody") {
      val source = Manual()
      val shared = SharedPublishers.keeping<String>(2)
      val slow = Reader(shared.share("key", source)).wants(1)
      Reader(shared.share("key", source)).wants(9)
      source.send("a", "b", "c")
      source.requested shouldBe 3

      slow.leave()

      source.requested shouldBe 5
    }

    test("as many items as are kept leave the beginning for who comes late") {
      val source = Manual()
      val shared = SharedPublishers.keeping<String>(2)
      Reader(shared.share("key", source)).wants(9)
      source.send("a", "b")

      val late = Reader(shared.share("key", source)).wants(9)

      late.told shouldContainExactly listOf("a", "b")
      source.subscribed shouldBe 1
    }

    test("who comes late while items are on their way takes none of them from the others") {
      val source = Manual()
      val shared = SharedPublishers.keeping<String>(3)
      val fast = Reader(shared.share("key", source)).wants(9)
      source.send("a", "b", "c")
      val late = Reader(shared.share("key", source)).wants(1)
      val cut = IOException("cut")

      source.send("d", "e", "f")
      source.fail(cut)
      fast.told shouldContainExactly listOf("a", "b", "c", "d")
      late.wants(9)

      listOf(fast, late).forEach {
        it.told shouldContainExactly listOf("a", "b", "c", "d", "e", "f", "failure")
        it.failure shouldBeSameInstanceAs cut
      }
    }

    test("who comes when the beginning is gone has an upstream of its own, that others join") {
      val source = Manual()
      val shared = SharedPublishers.keeping<String>(2)
      val one = Reader(shared.share("key", source)).wants(9)
      source.send("a", "b", "c")
      val other = Manual()
      val late = List(2) { Reader(shared.share("key", other)).wants(9) }

      other.send("z")
      source.complete()

      one.told shouldContainExactly listOf("a", "b", "c", "complete")
      late.forEach { it.told shouldContainExactly listOf("z") }
      other.subscribed shouldBe 1
      shared.inFlight() shouldBe 1
    }

    test("who came first leaves alone, and the upstream is cancelled with the last") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val one = Reader(shared.share("key", source)).wants(9)
      val two = Reader(shared.share("key", source)).wants(9)
      source.send("a")

      one.leave()
      source.cancelled shouldBe 0
      source.send("b")
      two.leave()
      two.leave()

      source.cancelled shouldBe 1
      one.told shouldContainExactly listOf("a")
      two.told shouldContainExactly listOf("a", "b")
      shared.inFlight() shouldBe 0
    }

    test("who leaves in an item leaves alone") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      lateinit var one: Reader
      one = Reader(shared.share("key", source)) { one.leave() }
      one.wants(9)
      val two = Reader(shared.share("key", source)).wants(9)

      source.send("a", "b")

      one.told shouldContainExactly listOf("a")
      two.told shouldContainExactly listOf("a", "b")
    }

    test("a failure comes after the items before it, as the same to all, and is not kept") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val cut = IOException("cut")
      val quick = Reader(shared.share("key", source)).wants(9)
      val slow = Reader(shared.share("key", source)).wants(1)
      source.send("a", "b")
      source.fail(cut)

      quick.told shouldContainExactly listOf("a", "b", "failure")
      slow.told shouldContainExactly listOf("a")
      slow.wants(1).told shouldContainExactly listOf("a", "b", "failure")
      listOf(quick, slow).forEach { it.failure shouldBeSameInstanceAs cut }
      val again = Manual()
      Reader(shared.share("key", again)).wants(1)
      again.subscribed shouldBe 1
    }

    test("an upstream that was cancelled from inside cancels nobody") {
      val source = Manual()
      val reader = Reader(SharedPublishers.create<String>().share("key", source)).wants(1)

      source.fail(CancellationException("its own"))

      reader.failure.shouldBeInstanceOf<IllegalStateException>()
      (reader.failure is CancellationException) shouldBe false
    }

    test("a publisher that throws fails its subscribers, and is not kept") {
      val shared = SharedPublishers.create<String>()

      val reader = Reader(shared.share("key", Publisher { error("no stream") })).wants(1)

      reader.failure?.message shouldBe "no stream"
      shared.inFlight() shouldBe 0
    }

    test("a consumer that throws has left, and the others go on") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val thread = Thread.currentThread()
      val handler = thread.uncaughtExceptionHandler
      val reported = mutableListOf<Throwable>()
      thread.setUncaughtExceptionHandler { _, thrown -> reported += thrown }
      try {
        val one = Reader(shared.share("key", source)) { error("a consumer that throws") }.wants(9)
        val two = Reader(shared.share("key", source)).wants(9)
        source.send("a", "b")

        one.told shouldContainExactly listOf("a")
        two.told shouldContainExactly listOf("a", "b")
      } finally {
        thread.uncaughtExceptionHandler = handler
      }
      reported.single().message shouldBe "a consumer that throws"
    }

    test("a request of nothing breaks the rules, and only who made it hears of that") {
      val source = Manual()
      val shared = SharedPublishers.create<String>()
      val good = Reader(shared.share("key", source)).wants(1)
      val bad = Reader(shared.share("key", source)).wants(1).wants(0)

      bad.failure.shouldBeInstanceOf<IllegalArgumentException>()
      good.told.shouldBeEmpty()
      source.cancelled shouldBe 0
    }

    test("no items to keep is refused") {
      shouldThrow<IllegalArgumentException> {
        SharedPublishers.keeping<String>(0)
      } shouldHaveMessage "mostItems must be at least 1, but was 0"
    }
  })
