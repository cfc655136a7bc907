package dev.holdfast.examples.drill

/** What the command line asks for. */
internal sealed interface Arguments {
  data class Run(val scale: TimeScale) : Arguments

  data object Live : Arguments

  data object Help : Arguments

  /** It asks for nothing that can be done, and [reason] says why. */
  data class Wrong(val reason: String) : Arguments

  companion object {
    /** Both runs and the rehearsal end within a minute. */
    private const val DEFAULT_FACTOR = 8.0

    /** Beyond this the machine cannot keep up, and the drill would measure the machine. */
    private val FACTORS = 1.0..20.0

    const val USAGE: String =
      """usage: ./drill [--factor N]   run the outage drill, N times as fast as life (8; 1 to 20)
       ./drill --live         make a few calls to a real endpoint
       ./drill --help

The drill needs no network: its models are a server on this machine. It writes
examples/target/drill/summary.json and report.html beside it, and exits with 1 if Holdfast did
not do what it promises.

--live reads ANTHROPIC_API_KEY, and if set ANTHROPIC_BASE_URL (https://api.anthropic.com),
ANTHROPIC_MODEL and ANTHROPIC_FALLBACK_MODEL."""

    fun parse(arguments: List<String>): Arguments =
      when (arguments.firstOrNull()) {
        null -> Run(TimeScale(DEFAULT_FACTOR))
        "--factor" -> factor(arguments.getOrNull(1)).alone(arguments.drop(2))
        "--live" -> Live.alone(arguments.drop(1))
        "--help",
        "-h" -> Help
        else -> Wrong("unknown argument '${arguments.first()}'")
      }

    private fun factor(value: String?): Arguments {
      val factor = value?.toDoubleOrNull()
      return when {
        value == null -> Wrong("--factor needs a number")
        factor == null || factor !in FACTORS ->
          Wrong("--factor must be a number from 1 to 20, but was '$value'")
        else -> Run(TimeScale(factor))
      }
    }

    private fun Arguments.alone(rest: List<String>): Arguments =
      if (this is Wrong || rest.isEmpty()) this else Wrong("unexpected argument '${rest.first()}'")
  }
}
