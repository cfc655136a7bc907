package dev.holdfast.examples.drill

/** Both runs of a drill and what they come to. */
internal class DrillResult(
  val scenario: Scenario,
  val scale: TimeScale,
  val bare: RunRecord,
  val holdfast: RunRecord,
) {
  val bareSummary: RunSummary = RunSummary.of(bare, scenario, scale)
  val holdfastSummary: RunSummary = RunSummary.of(holdfast, scenario, scale)
}
