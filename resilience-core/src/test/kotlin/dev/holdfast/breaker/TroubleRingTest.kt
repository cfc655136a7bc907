package dev.holdfast.breaker

import dev.holdfast.testing.Threads
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicLong

class TroubleRingTest :
  FunSpec({
    test("a failure that came after the calls were read is not counted among them") {
      val ring = TroubleRing(4)
      ring.add(0)
      ring.add(1)

      ring.count(1) shouldBe 1
      ring.count(2) shouldBe 2
    }

    test("an entry that is overwritten while it is read is not taken for an earlier one") {
      val ring = TroubleRing(4)
      val added = AtomicLong()
      val threads = autoClose(Threads(2))

      val tooYoung =
        threads.race { number ->
          if (number == 0) {
            repeat(100_000) {
              ring.add(added.get())
              added.incrementAndGet()
            }
            0
          } else {
            generateSequence { ring.last(4) }
              .takeWhile { added.get() < 100_000 }
              // Entries are the number plus one; of those added by now, one is the fourth last.
              .count { it > 0 && it > added.get() + 1 - 4 + 1 }
          }
        }

      tooYoung shouldBe listOf(0, 0)
    }

    test("the last entries are known as far back as the ring goes") {
      val ring = TroubleRing(2)
      ring.last(1) shouldBe 0
      (7L..9L).forEach(ring::add)

      ring.last(1) shouldBe 10
      ring.last(2) shouldBe 9
      ring.last(3) shouldBe 0
    }
  })
