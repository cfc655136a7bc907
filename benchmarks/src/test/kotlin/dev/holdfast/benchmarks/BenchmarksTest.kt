package dev.holdfast.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.util.Collections
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.runner.BenchmarkList
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.format.OutputFormatFactory
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.VerboseMode

class BenchmarksTest :
  FunSpec({
    val all =
      BenchmarkList.defaultList()
        .getAll(
          OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
          Collections.emptyList(),
        )
        .map { it.username.removePrefix("dev.holdfast.benchmarks.") }

    test("every benchmark has its place in the comparison, and the other way round") {
      Comparison.measured.map { it.benchmark }.distinct() shouldContainExactlyInAnyOrder all
    }

    test("every path has peers or a time to keep, and a name of its own") {
      Comparison.rows.filter { it.peers.isEmpty() && it.goal.nanos == null }.shouldBeEmpty()
      Comparison.rows.map { it.path }.distinct() shouldHaveSize Comparison.rows.size
    }

    test("every benchmark runs") {
      System.setProperty("jmh.ignoreLock", "true")
      val options =
        OptionsBuilder()
          .include("^dev\\.holdfast\\.benchmarks\\.")
          .mode(Mode.SingleShotTime)
          .forks(0)
          .threads(2)
          .warmupIterations(0)
          .measurementIterations(1)
          .shouldFailOnError(true)
          .verbosity(VerboseMode.SILENT)
          .build()

      Runner(options).run().size shouldBe all.size
    }
  })
