package dev.holdfast

import com.tngtech.archunit.base.DescribedPredicate
import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import java.io.File
import java.nio.file.Path
import java.time.Clock
import java.time.Instant
import java.util.Date

class ArchitectureTest :
  FunSpec({
    val root = "dev.holdfast"

    /** A package may use those of its own row and of the rows before. */
    val order =
      listOf(
        listOf(
          "$root.require",
          "$root.log",
          "$root.stage",
          "$root.time",
          "$root.event",
          "$root.outcome",
          "$root.thrown",
        ),
        listOf("$root.breaker", "$root.bulkhead", "$root.retry", "$root.stop", "$root.throttle"),
        listOf("$root.model"),
        listOf("$root.plan"),
        listOf("$root.stream"),
        listOf(root),
        listOf("$root.answers"),
        listOf("$root.coroutines"),
      )
    val classes = ClassFileImporter().importPath(Path.of("target/classes"))

    fun within(packages: List<String>) =
      DescribedPredicate.describe<JavaClass>("are in $packages") { it.packageName in packages }

    test("every package has its place in the order") {
      classes
        .map { it.packageName }
        .distinct()
        .filter { it.startsWith(root) } shouldContainExactlyInAnyOrder order.flatten()
    }

    order.dropLast(1).forEachIndexed { row, packages ->
      test("no class of $packages uses a package that comes later") {
        val later = order.drop(row + 1).flatten()

        noClasses()
          .that(within(packages))
          .should()
          .dependOnClassesThat(within(later))
          .check(classes)
      }
    }

    test("no packages use each other in a circle") {
      slices().matching("$root.(*)..").should().beFreeOfCycles().check(classes)
    }

    test("only the coroutines package uses Kotlin") {
      noClasses()
        .that(within(order.dropLast(1).flatten()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kotlin..", "kotlinx..", "org.jetbrains..")
        .check(classes)
    }

    test("nobody reads the wall clock") {
      noClasses()
        .should()
        .callMethod(System::class.java, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Instant::class.java, Clock::class.java, Date::class.java)
        .check(classes)
    }

    test("no source file has more than 300 lines") {
      val long =
        File("src")
          .walk()
          .filter { it.extension in setOf("java", "kt") }
          .filter { file -> file.useLines { it.count() } > 300 }

      long.map { it.path }.toList().shouldBeEmpty()
    }
  })
