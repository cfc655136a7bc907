package dev.holdfast.providers.stream

import dev.holdfast.providers.WireProtocol
import java.io.File
import java.util.Base64

/** A stream whose verdict is known. */
internal class GoldenStream(
  val name: String,
  val protocol: WireProtocol,
  val verdict: String,
  val failure: String,
  val bytes: ByteArray,
) {
  companion object {
    fun all(): List<GoldenStream> {
      val directory =
        File(checkNotNull(GoldenStream::class.java.getResource("/golden/streams")).toURI())
      return directory
        .listFiles { file -> file.extension in setOf("sse", "base64") }
        .orEmpty()
        .sortedBy { it.name }
        .map(::read)
    }

    private fun read(file: File): GoldenStream {
      val all = file.readBytes()
      var start = 0
      val head =
        List(3) {
          val end = (start until all.size).first { index -> all[index] == '\n'.code.toByte() }
          String(all, start, end - start).also { start = end + 1 }
        }
      val body = all.copyOfRange(start, all.size)
      return GoldenStream(
        file.nameWithoutExtension,
        WireProtocol.valueOf(head[0].removePrefix("# protocol: ")),
        head[1].removePrefix("# verdict: "),
        head[2].removePrefix("# failure: "),
        if (file.extension == "base64") Base64.getMimeDecoder().decode(body) else body,
      )
    }
  }
}

/** The verdict in the words of the golden files. */
internal fun StreamVerdict.words(): String {
  val what =
    when (this) {
      is StreamVerdict.Complete -> "complete $finish ${rawFinish ?: "-"}"
      is StreamVerdict.Truncated -> "truncated"
      is StreamVerdict.Errored -> "errored $failureClass ${fault ?: error!!.words()}"
    }
  val tokens = usage?.let { "${it.inputTokens ?: "-"}/${it.outputTokens ?: "-"}" } ?: "-"
  return "$what content=${if (contentSeen) "yes" else "no"} usage=$tokens"
}

private fun StreamError.words(): String =
  listOfNotNull(
      listOf(type, code, detail).joinToString("/") { it ?: "-" },
      status?.takeIf { "$it" != code }?.let { "status=$it" },
      waitHint?.duration?.let { "retry=${it.toMillis() / 1000.0}s".replace(".0s", "s") },
    )
    .joinToString(" ")

/** The failure in the words of the golden files. */
internal fun StreamVerdict.failureWords(): String {
  val failure = toFailure() ?: return "-"
  val wait = failure.retryAfter()?.let { " ${it.toMillis() / 1000.0}s".replace(".0s", "s") }
  return "${failure.failureClass()}${wait.orEmpty()}"
}
