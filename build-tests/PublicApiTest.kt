package dev.holdfast.build

import java.io.File
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Compares a module's public API with its committed dump; `-Dapi.update` rewrites the dump. */
class PublicApiTest {
  @Test
  fun `the public API is the committed one`() {
    val module = File("").absoluteFile.name
    val classes = File("target/classes").walk().filter { it.extension == "class" }.sorted().toList()
    val actual = buildString {
      AbiTools.getInstance().printJvmDump(this, classes, AbiFilters.EMPTY)
    }
    val dump = File("api/$module.api")

    if (System.getProperty("api.update") != null) {
      dump.parentFile.mkdirs()
      dump.writeText(actual)
    }

    val committed = if (dump.exists()) dump.readText() else ""
    assertEquals(committed, actual, "After an intended change: mvn test -Dtest=PublicApiTest -Dapi.update")
  }
}
