package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.answers.Answers
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.request.SwitchRules
import io.ktor.client.request.HttpRequestBuilder

internal typealias RequestTransform =
  suspend HttpRequestBuilder.(original: ByteArray, attempt: Attempt) -> ByteArray

/** What one installation of the plugin works by. Immutable. */
internal class PluginSettings(
  val resilience: Resilience,
  private val requestedAs: Map<String, String>,
  val degraded: (suspend (CallFailure) -> String)?,
  val targets: TargetSettings,
  val providers: Providers,
  val failureRules: FailureRules,
  val switchRules: SwitchRules,
  val answers: Answers<KeptResponse>?,
  val questions: Questions,
) {

  /** The models that were declared, by any name that a request may have for them. */
  private val names: Set<String> =
    (resilience.chain() + requestedAs.keys + requestedAs.values).toSet()

  fun knows(model: String): Boolean = model in names

  /** The first model of the chain that a request means by this name; the name itself if none. */
  fun targetOf(model: String, chain: List<String>): String =
    if (model in chain) model else chain.firstOrNull { requestedAs[it] == model } ?: model
}
