package dev.holdfast.throttle

import io.kotest.core.spec.style.FunSpec
import java.time.Duration
import org.jetbrains.kotlinx.lincheck.annotations.Operation
import org.jetbrains.kotlinx.lincheck.annotations.Param
import org.jetbrains.kotlinx.lincheck.check
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions

/**
 * A gate as operations that must look atomic. The time stands still: that a gate opens when its
 * time comes is not part of this model.
 */
@Param(name = "hint", gen = IntGen::class, conf = "0:4")
class ThrottleGateOperations {
  private val gate = ThrottleGate("sonnet")

  @Operation
  fun close(@Param(name = "hint") hint: Int) {
    gate.closeFor(Duration.ofNanos(hint.toLong()), NOW)
  }

  @Operation
  fun read(@Param(name = "hint") hint: Int) {
    gate.read(QuotaReading(10, hint.toLong() % 2, Duration.ofNanos(hint.toLong())), NOW)
  }

  @Operation fun closed(): Long = gate.closedNanos(NOW)

  private companion object {
    const val NOW = Long.MAX_VALUE - 1
  }
}

class ThrottleGateLincheckTest :
  FunSpec({
    test("closing, reading and asking look atomic in every interleaving tried") {
      ModelCheckingOptions()
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(1)
        .iterations(8)
        .invocationsPerIteration(80)
        .check(ThrottleGateOperations::class)
    }
  })
