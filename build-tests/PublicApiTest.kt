package dev.holdfast.build

import java.io.File
import java.lang.module.ModuleDescriptor
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Compares a module's public API with its committed dump; `-Dapi.update` rewrites the dump. */
class PublicApiTest {
  private val root = File("target/classes")

  @Test
  fun `the public API is the committed one`() {
    val module = File("").absoluteFile.name
    val exported = exportedPackages()
    val classes =
      root
        .walk()
        .filter { it.extension == "class" }
        .filter { exported == null || packageOf(it) in exported }
        .sorted()
        .toList()
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

  /** A module without a descriptor exports all its packages: then null. */
  private fun exportedPackages(): Set<String>? {
    val descriptor = File(root, "module-info.class").takeIf { it.exists() } ?: return null
    return descriptor.inputStream().use { stream ->
      ModuleDescriptor.read(stream).exports().map { it.source() }.toSet()
    }
  }

  private fun packageOf(classFile: File): String =
    classFile.parentFile.relativeTo(root).path.replace(File.separatorChar, '.')
}
