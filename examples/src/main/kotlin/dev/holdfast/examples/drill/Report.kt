package dev.holdfast.examples.drill

import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText

/** Writes the summary and the page into [directory], and returns the path of the page. */
internal fun writeReport(result: DrillResult, directory: Path): Path {
  directory.createDirectories()
  directory.resolve("summary.json").writeText(summaryJson(result).pretty())
  return directory.resolve("report.html").apply { writeText(reportPage(result)) }
}

/** One page with everything that it needs in itself. */
internal fun reportPage(result: DrillResult): String {
  // A script element ends at the first end tag, wherever that stands.
  val data = ReportData(result).json().toString().replace("</", "<\\/")
  return resource("report.html")
    .replace("<!--CSS-->", resource("report.css"))
    .replace("<!--JS-->", resource("report.js"))
    .replace("<!--DATA-->", data)
}

private fun resource(name: String): String =
  checkNotNull(DrillResult::class.java.getResource(name)) { "$name is missing" }.readText()
