package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.coroutines.HoldfastDsl
import dev.holdfast.coroutines.deadline as deadlineOf
import dev.holdfast.coroutines.model as modelOf
import dev.holdfast.coroutines.retry as retryOf
import dev.holdfast.model.Model
import dev.holdfast.plan.CallFailure
import dev.holdfast.retry.Retry
import io.ktor.utils.io.KtorDsl
import kotlin.time.Duration

/** What [LlmResilience] is installed with: the models to guard, or a [Resilience] to share. */
@KtorDsl
public class LlmResilienceConfig {

  private val builder: ResilienceBuilder = Resilience.builder()
  private var isConfigured = false
  private var shared: Resilience? = null

  internal var degraded: (suspend (CallFailure) -> String)? = null
    private set

  /**
   * Adds a model to the end of the chain. A request that names a model of the chain falls back to
   * those after it.
   *
   * @throws IllegalArgumentException if the name is blank or was added before
   */
  public fun model(name: String, configure: @HoldfastDsl Model.Builder.() -> Unit = {}) {
    own().modelOf(name, configure)
  }

  /** How often to ask each model, and how long to wait in between. */
  public fun retry(configure: @HoldfastDsl Retry.Builder.() -> Unit) {
    own().retryOf(configure)
  }

  /**
   * How long a call may take with all its attempts and waits. 2 minutes by default.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public fun deadline(deadline: Duration) {
    own().deadlineOf(deadline)
  }

  /**
   * Uses an instance that others use too, so that all of them share its breakers.
   *
   * @throws IllegalStateException if models, retry or deadline are set here as well
   */
  public fun use(resilience: Resilience) {
    check(!isConfigured) { CONFLICT }
    shared = resilience
  }

  /**
   * The text to answer with when no model did. It is rendered in the caller's protocol (Anthropic's
   * Messages or OpenAI's Chat Completions, JSON or SSE as the request asks) under status 200, and
   * marked by the header [DEGRADED_HEADER]. What [text] throws ends the call.
   *
   * Without it, and for other protocols, such a call ends with the last response or exception.
   */
  public fun degraded(text: suspend (CallFailure) -> String) {
    degraded = text
  }

  internal fun resilience(): Resilience = shared ?: builder.build()

  private fun own(): ResilienceBuilder {
    check(shared == null) { CONFLICT }
    isConfigured = true
    return builder
  }

  private companion object {
    const val CONFLICT = "use(resilience) cannot be combined with model, retry or deadline"
  }
}

/** The header that marks a degraded answer; its value is the class of the last failure. */
public const val DEGRADED_HEADER: String = "X-Holdfast-Degraded"
