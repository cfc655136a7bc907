package dev.holdfast.providers.failure

import dev.holdfast.providers.Provider
import java.io.File
import java.util.function.Function

/** One response and what it is expected to mean. */
internal class GoldenFile(
  val name: String,
  val provider: Provider,
  val expected: String,
  val status: Int,
  val headers: Map<String, String>,
  val body: String,
) {
  val header: Function<String, String?> = Function { headers[it] }

  override fun toString(): String = "$name: $expected"

  companion object {
    private const val EXPECT = "# expect: "

    fun all(): List<GoldenFile> {
      val folder =
        File(requireNotNull(GoldenFile::class.java.getResource("/golden/failures")).toURI())
      return folder.listFiles { file -> file.extension == "http" }.orEmpty().sorted().map(::read)
    }

    /** The names of a frame's headers begin with a colon. */
    private fun header(line: String): Pair<String, String> {
      val colon = line.indexOf(':', 1)
      return line.substring(0, colon).lowercase() to line.substring(colon + 1).trim()
    }

    fun provider(name: String): Provider =
      requireNotNull(
        Provider.entries
          .filter { name.startsWith(it.ruleName + "-") }
          .maxByOrNull { it.ruleName.length }
      ) {
        "$name must begin with a provider's name in the rules and '-'"
      }

    private fun read(file: File): GoldenFile {
      val lines = file.readText().removeSuffix("\n").lines()
      require(lines.first().startsWith(EXPECT)) { "${file.name} must begin with '$EXPECT'" }
      val response = lines.dropWhile { it.startsWith("#") }
      val head = response.drop(1).takeWhile { it.isNotEmpty() }
      return GoldenFile(
        file.nameWithoutExtension,
        provider(file.name),
        lines.first().removePrefix(EXPECT).trim(),
        response.first().split(' ')[1].toInt(),
        head.associate(::header),
        response.drop(1 + head.size + 1).joinToString("\n"),
      )
    }
  }
}
