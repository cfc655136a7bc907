package dev.holdfast.breaker

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class TroubleRingTest :
  FunSpec({
    test("a failure that came after the calls were read is not counted among them") {
      val ring = TroubleRing(4)
      ring.add(0)
      ring.add(1)

      ring.count(1) shouldBe 1
      ring.count(2) shouldBe 2
    }
  })
