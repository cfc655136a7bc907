package dev.holdfast

import io.kotest.common.KotestInternal
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.io.File

/** The page of behaviours names tests that exist. */
class BehavioursTest :
  FunSpec({
    val proof = Regex("`([a-z]+\\.)?([A-Z]\\w+)` \"([^\"]+)\"")
    val rows =
      File("BEHAVIOURS.md").readLines().filter {
        it.startsWith("| ") && !it.endsWith("| Proved by |")
      }

    /** The names that the tests of a class have when they run, those from tables included. */
    @OptIn(KotestInternal::class)
    fun testsOf(className: String): List<String> {
      val found = runCatching { Class.forName("dev.holdfast.$className") }.getOrNull()
      val spec = found?.getDeclaredConstructor()?.newInstance() as? Spec
      return spec?.tests().orEmpty().map { it.name.name }
    }

    test("each behaviour names its proof, or says why there is none") {
      rows.size shouldBeGreaterThan 50
      rows.filter { proof.find(it) == null && "Not applicable" !in it }.shouldBeEmpty()
    }

    test("each test that the page names exists") {
      rows
        .flatMap(proof::findAll)
        .groupBy { it.groupValues[1] + it.groupValues[2] }
        .flatMap { (className, quotes) ->
          val names = testsOf(className)
          quotes.filter { quote -> names.none { quote.groupValues[3] in it } }
        }
        .map { it.value }
        .shouldBeEmpty()
    }
  })
