package dev.holdfast.benchmarks

/** One benchmark method under a number of threads: the class and the method, `Closed.holdfast`. */
internal data class Measured(val benchmark: String, val threads: Int = 1) {
  override fun toString(): String = if (threads == 1) benchmark else "$benchmark, $threads threads"
}

/** One of those that Holdfast is compared with on a path. */
internal data class Peer(val name: String, val measured: Measured)

/** One path that a call may take, with everybody who is compared on it. */
internal data class Row(
  val path: String,
  val goal: Goal,
  /** Null for a path that Holdfast does not have yet. */
  val ours: Measured?,
  /** Empty for a path that nobody else has; its goal is then a time of its own. */
  val peers: List<Peer>,
)

/** What Holdfast wants to reach on a path. */
internal data class Goal(
  /** The best peer's time over ours. */
  val ratio: Double? = null,
  /** Bytes allocated for each call. */
  val bytes: Long? = null,
  val notSlower: NotSlower? = null,
  val notLarger: NotLarger? = null,
  /** The time of one call. */
  val nanos: Long? = null,
) {
  /** Another measurement of ours, and how much of its time on top is taken for noise. */
  data class NotSlower(val than: Measured, val words: String, val tolerance: Double = 1.0)

  /** Another measurement, and how many bytes more ours may allocate. */
  data class NotLarger(val than: Measured, val words: String, val bytes: Long)

  override fun toString(): String =
    listOfNotNull(
        ratio?.let { "≥ %.0fx".format(it) },
        nanos?.let { "≤ $it ns" },
        notSlower?.words,
        bytes?.let { "≤ $it B" },
        notLarger?.words,
      )
      .joinToString(", ")
      .ifEmpty { "-" }
}
