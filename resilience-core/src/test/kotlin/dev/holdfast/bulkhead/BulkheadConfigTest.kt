package dev.holdfast.bulkhead

import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.maxWait
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

class BulkheadConfigTest :
  FunSpec({
    test("by default 25 calls run and nobody waits") {
      val config = BulkheadConfig.defaults()

      config.maxConcurrentCalls() shouldBe 25
      config.maxWait() shouldBe Duration.ZERO
      config.maxQueue() shouldBe 25
    }

    test("the line is as long as the limit unless it is chosen") {
      BulkheadConfig.builder().maxConcurrentCalls(3).build().maxQueue() shouldBe 3
      BulkheadConfig.builder().maxQueue(0).maxConcurrentCalls(3).build().maxQueue() shouldBe 0
    }

    test("a bad setting is told as name, rule and value") {
      data class Bad(val message: String, val set: BulkheadConfig.Builder.() -> Unit)

      listOf(
          Bad("maxConcurrentCalls must be at least 1, but was 0") { maxConcurrentCalls(0) },
          Bad("maxQueue must be at least 0, but was -1") { maxQueue(-1) },
          Bad("maxWait must not be negative, but was PT-1S") { maxWait(Duration.ofSeconds(-1)) },
        )
        .forEach { bad ->
          shouldThrow<IllegalArgumentException> { BulkheadConfig.builder().apply(bad.set) }
            .shouldHaveMessage(bad.message)
        }
    }

    test("a bulkhead needs a name") {
      shouldThrow<IllegalArgumentException> { Bulkhead.of(" ", BulkheadConfig.defaults()) }
        .shouldHaveMessage("name must not be blank, but was ' '")
    }

    test("a builder that starts from other settings has all of them") {
      val chosen =
        BulkheadConfig.builder().maxConcurrentCalls(3).maxQueue(7).maxWait(Duration.ofSeconds(9))

      val copy = chosen.build().toBuilder().build()

      copy.maxConcurrentCalls() shouldBe 3
      copy.maxQueue() shouldBe 7
      copy.maxWait() shouldBe Duration.ofSeconds(9)
    }

    test("a copy with another limit has another line, unless the line was chosen") {
      val followed = BulkheadConfig.defaults().toBuilder().maxConcurrentCalls(2).build()
      val chosen = BulkheadConfig.builder().maxQueue(7).build().toBuilder().maxConcurrentCalls(2)

      followed.maxQueue() shouldBe 2
      chosen.build().maxQueue() shouldBe 7
    }

    test("Kotlin configures with a block and with its own durations") {
      val bulkhead =
        bulkhead("summaries") {
          maxConcurrentCalls(2)
          maxWait(3.seconds)
        }

      bulkhead.name() shouldBe "summaries"
      bulkhead.config().maxConcurrentCalls() shouldBe 2
      bulkhead.config().maxWait() shouldBe Duration.ofSeconds(3)
      bulkhead("summaries").config().maxConcurrentCalls() shouldBe 25
    }
  })
