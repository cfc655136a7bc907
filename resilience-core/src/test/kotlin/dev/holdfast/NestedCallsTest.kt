package dev.holdfast

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Threads
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletableFuture.completedFuture
import kotlin.concurrent.thread

private fun Resilience.ask(inside: () -> Unit = {}) {
  call<Unit, RuntimeException> { inside() }
}

private fun Resilience.askLater(inside: () -> Unit = {}): CompletableFuture<Unit> = callAsync {
  completedFuture(inside())
}

private val once = Retry.builder().maxAttempts(1).build()

/** The variant that makes a single attempt. */
private fun Resilience.single(): Resilience = forModel("b").withRetry(once)

private fun twoModels(): Resilience =
  Resilience.builder()
    .model(Model.of("a"))
    .model(Model.of("b"))
    .feature(Feature.named("chat").build())
    .build()

private class Nested(val name: String, val isSeen: Boolean, val make: Resilience.() -> Unit)

/** Calls inside attempts of others, where only the thread can tell. */
class NestedCallsTest :
  FunSpec({
    withData<Nested>(
      { "${it.name} is ${if (it.isSeen) "seen" else "not seen"}" },
      Nested("a call in a call", true) { ask { ask() } },
      Nested("a call of a feature in a call", true) { ask { feature("chat").ask() } },
      Nested("a call in a call of a feature", true) { feature("chat").ask { ask() } },
      Nested("a call in a call by a plan", true) {
        Drivers.drive<Unit, RuntimeException>(plan(false), { ask() }, null, this)
      },
      Nested("a call in a call in a single attempt", true) { ask { single().ask { ask() } } },
      Nested("a call in a later attempt", true) {
        call<Unit, RuntimeException> { if (it.number == 1) error("fails") else ask() }
      },
      Nested("a future in a call", true) { ask { askLater() } },
      Nested("a future in the start of a future", true) { askLater { askLater() } },
      Nested("a future in the start of a later attempt", true) {
        askLater { error("fails") }
        callAsync { if (it.number == 1) error("fails") else askLater() }
      },
      Nested("a call after a call", false) {
        ask()
        ask()
      },
      Nested("a call after one that failed", false) {
        runCatching { ask { error("fails") } }
        ask()
      },
      Nested("a future after one whose start threw", false) {
        askLater { error("fails") }
        askLater()
      },
      Nested("a call in a degraded answer", false) {
        call<Unit, RuntimeException>({ error("fails") }, { ask() })
      },
      Nested("a call with a single attempt in a call", false) { ask { single().ask() } },
      Nested("a call in a call with a single attempt", false) { single().ask { ask() } },
      Nested("a future with a single attempt in the start of one", false) {
        askLater { single().askLater() }
      },
      Nested("a call on another thread", false) { ask { thread { ask() }.join() } },
      Nested("a future in a later stage", false) {
        val first = CompletableFuture<Unit>()
        callAsync { first.thenCompose { askLater() } }
        first.complete(Unit)
      },
      Nested("a call of another instance in a call", false) { ask { twoModels().ask() } },
    ) { nested ->
      val resilience = twoModels()

      nested.make(resilience)

      resilience.warnings().map { it.kind() } shouldBe
        if (nested.isSeen) listOf(ChainWarning.Kind.STACKED_RETRIES) else emptyList()
    }

    test("of calls on more threads than there are places none is taken for one inside another") {
      val resilience = twoModels()

      Threads(100).use { threads ->
        threads.race {
          repeat(200) {
            resilience.ask { Thread.yield() }
            resilience.askLater { Thread.yield() }.join()
          }
        }
      }

      resilience.warnings().shouldBeEmpty()
    }
  })
