package dev.holdfast

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

    fun source(match: MatchResult): File {
      val (folder, name) = match.destructured
      return File("src/test/kotlin/dev/holdfast/${folder.replace('.', '/')}$name.kt")
    }

    test("each behaviour names its proof, or says why there is none") {
      rows.size shouldBeGreaterThan 50
      rows.filter { proof.find(it) == null && "Not applicable" !in it }.shouldBeEmpty()
    }

    test("each test that the page names exists") {
      rows
        .flatMap(proof::findAll)
        .filterNot { match ->
          source(match).let { it.isFile && match.groupValues[3] in it.readText() }
        }
        .map { it.value }
        .shouldBeEmpty()
    }
  })
