package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ConsoleTest :
  FunSpec({
    fun printed(isTerminal: Boolean, use: Console.() -> Unit): String {
      val bytes = ByteArrayOutputStream()
      Console(PrintStream(bytes), isTerminal).use()
      return bytes.toString().replace(System.lineSeparator(), "\n")
    }

    test("a terminal's status is written over, and moves below each line that stays") {
      val text =
        printed(isTerminal = true) {
          status("one")
          line("stays")
          status("")
        }

      text shouldBe "\r\u001b[2Kone\r\u001b[2Kstays\none\r\u001b[2K"
    }

    test("what is no terminal gets the status seldom and no control characters") {
      val text =
        printed(isTerminal = false) {
          status("one")
          status("two")
          line("stays")
          status("")
        }

      text shouldBe "one\nstays\n"
    }

    test("the scenario's time is told in minutes, seconds and tenths") {
      83_450.milliseconds.toClock() shouldBe "1:23.4"
      (-1).seconds.toClock() shouldBe "0:00.0"
    }

    test("a transition tells why the breaker opened") {
      transition(38.4, State.CLOSED, State.OPEN, failures = 5).toLine() shouldBe
        "  0:38.4  breaker claude-sonnet: CLOSED -> OPEN  (failures in a row: 5)"
      transition(43.5, State.OPEN, State.HALF_OPEN).toLine() shouldBe
        "  0:43.5  breaker claude-sonnet: OPEN -> HALF_OPEN"
    }

    test("the weather says how each model is") {
      weatherAt(smallScenario, 12.seconds) shouldBe "claude-sonnet HANGS, claude-haiku works"
    }
  })
