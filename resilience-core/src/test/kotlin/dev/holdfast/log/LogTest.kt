package dev.holdfast.log

import dev.holdfast.testing.withLog
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.lang.System.Logger.Level

class LogTest :
  FunSpec({
    val log = Log.of("dev.holdfast.log")

    test("a message is written with its arguments") {
      val told = mutableListOf<String>()

      withLog("dev.holdfast.log", { told += "${it.level}: ${it.parameters.toList()}" }) {
        log.write(Level.WARNING, "a {0} and a {1}", "fox", null)
      }

      told shouldContainExactly listOf("WARNING: [fox, null]")
    }

    test("a log that cannot be written is nobody's failure") {
      var asked = 0

      withLog("dev.holdfast.log", { error("a full disk, ${++asked}") }) {
        log.write(Level.WARNING, "a {0}", "fox")
        log.write(Level.WARNING) { "a fox" }
      }

      asked shouldBe 2
    }

    test("nor is one that throws what Java would have had to declare") {
      withLog("dev.holdfast.log", { throw java.io.IOException("a full disk") }) {
        log.write(Level.WARNING, "a {0}", "fox")
        log.write(Level.WARNING) { "a fox" }
      }
    }

    test("a message that is not logged is not made") {
      withLog("dev.holdfast.log", {}, java.util.logging.Level.WARNING) {
        log.write(Level.DEBUG) { error("made") }
      }
    }
  })
