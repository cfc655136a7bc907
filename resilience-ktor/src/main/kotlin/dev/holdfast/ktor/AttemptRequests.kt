package dev.holdfast.ktor

import dev.holdfast.model.RequestPatch
import dev.holdfast.plan.Attempt
import dev.holdfast.providers.request.SwitchRule
import dev.holdfast.providers.request.SwitchRules
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.http.encodedPath
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/** Makes the requests of attempts, each from the request as the caller made it. */
internal class AttemptRequests(private val settings: PluginSettings) {

  /**
   * Makes a fresh copy of the caller's request into the one for an attempt.
   *
   * @param request the copy
   * @param asked what the caller asks
   * @param home the model that the call asks first
   */
  suspend fun prepare(
    request: HttpRequestBuilder,
    asked: LlmRequest,
    home: String,
    attempt: Attempt,
  ) {
    val transform = settings.targets.transform(attempt.target)
    if (transform != null) return transform(request, asked, attempt, transform)
    rewrite(request, asked, home, attempt)
    reach(request, attempt)
  }

  private suspend fun transform(
    request: HttpRequestBuilder,
    asked: LlmRequest,
    attempt: Attempt,
    transform: RequestTransform,
  ) {
    val own = request.ownCredentials(settings.targets.credentialHeaders)
    reach(request, attempt)
    val original = asked.bytes()
    val body = byUser { transform(request, original, attempt) }
    request.setBody(asked.content.withBytes(body, request))
    // Where a transformer has moved the request to another server.
    if (!settings.targets.hasCredential(attempt)) own.dropIfElsewhere(request)
  }

  private fun rewrite(
    request: HttpRequestBuilder,
    asked: LlmRequest,
    home: String,
    attempt: Attempt,
  ) {
    // The one that is asked first has made the earlier turns, if any model of the chain has.
    val isHome = attempt.target == home && attempt.model == asked.model
    val rules = if (isHome) SwitchRules.NONE else settings.switchRules
    val changes = asked.changedFor(attempt.model, rules.with(attempt.patch))
    changes.path?.let { request.url.encodedPath = it }
    changes.bytes?.let { request.setBody(asked.content.withBytes(it, request)) }
  }

  private suspend fun reach(request: HttpRequestBuilder, attempt: Attempt) {
    val endpoint = attempt.patch.endpoint()?.let(Endpoint::of)
    val credential = settings.targets.credential(attempt)
    if (credential != null || endpoint?.isElsewhere(request.url) == true)
      request.dropCredentials(settings.targets.credentialHeaders)
    endpoint?.applyTo(request.url)
    settings.targets.headers(attempt.target)?.let { byUser { it(request.headers) } }
    credential?.let { byUser { it.applyTo(request) } }
  }

  private suspend inline fun <T> byUser(code: () -> T): T =
    try {
      code()
    } catch (thrown: Exception) {
      if (!currentCoroutineContext().isActive) throw thrown
      throw PreparationException(thrown)
    }

  private fun SwitchRules.with(patch: RequestPatch): SwitchRules {
    var rules = this
    val removed = patch.removed()
    if (removed.isNotEmpty()) rules = rules.and(SwitchRule.drop(*removed.toTypedArray()))
    for ((name, value) in patch.parameters()) rules = rules.and(SwitchRule.set(name, value))
    return rules
  }
}
