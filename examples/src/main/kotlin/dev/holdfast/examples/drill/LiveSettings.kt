package dev.holdfast.examples.drill

/** Where the live calls go. [toString] leaves out the key. */
internal class LiveSettings(
  val key: String,
  val baseUrl: String,
  val model: String,
  val fallbackModel: String,
) {
  override fun toString(): String = "$baseUrl, $model, then $fallbackModel"

  companion object {
    const val NO_KEY: String = "drill: --live needs ANTHROPIC_API_KEY in the environment"

    /** The settings in [environment], or null if it has no key. */
    fun from(environment: Map<String, String>): LiveSettings? {
      fun value(name: String) = environment[name]?.trim()?.ifEmpty { null }
      val key = value("ANTHROPIC_API_KEY") ?: return null
      return LiveSettings(
        key = key,
        baseUrl = (value("ANTHROPIC_BASE_URL") ?: "https://api.anthropic.com").trimEnd('/'),
        model = value("ANTHROPIC_MODEL") ?: "claude-sonnet-4-5",
        fallbackModel = value("ANTHROPIC_FALLBACK_MODEL") ?: "claude-haiku-4-5",
      )
    }
  }
}
