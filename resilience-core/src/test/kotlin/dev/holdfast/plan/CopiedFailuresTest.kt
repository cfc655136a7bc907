package dev.holdfast.plan

import dev.holdfast.Resilience
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.model.Model
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CompletionException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

class CopiedFailuresTest :
  FunSpec({
    val resilience = Resilience.builder().model(Model.of("a")).build()

    test("a record is found although coroutines copied the exception to recover its stack trace") {
      runTest {
        val original = IOException("down")

        val thrown =
          shouldThrow<IOException> {
            withContext(Dispatchers.Default) { resilience.callSuspend<Int> { throw original } }
          }

        thrown shouldNotBeSameInstanceAs original
        CallRecord.of(thrown)?.requested() shouldBe "a"
      }
    }

    test("a record is found in a future's wrapper, but not at the end of a circle of causes") {
      val failed = resilience.callAsync<Int> { throw IOException("down") }
      val circle = IOException("first")
      circle.initCause(IOException("second", circle))

      val thrown = shouldThrow<CompletionException> { failed.join() }

      CallRecord.of(thrown)?.requested() shouldBe "a"
      CallRecord.of(circle) shouldBe null
    }
  })
