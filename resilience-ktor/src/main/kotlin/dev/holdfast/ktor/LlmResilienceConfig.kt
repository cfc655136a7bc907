package dev.holdfast.ktor

import dev.holdfast.AlertRule
import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.coroutines.HoldfastDsl
import dev.holdfast.coroutines.deadline as deadlineOf
import dev.holdfast.coroutines.retry as retryOf
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.providers.Provider
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.request.SwitchRules
import dev.holdfast.retry.Retry
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HeadersBuilder
import io.ktor.utils.io.KtorDsl
import kotlin.time.Duration

/**
 * What [LlmResilience] is installed with: the models to guard, or a [Resilience] to share; and how
 * requests reach the models. Not safe for use by many threads.
 */
@KtorDsl
public class LlmResilienceConfig {

  private val builder: ResilienceBuilder = Resilience.builder()
  private val models = mutableListOf<Model>()
  private val features = mutableListOf<Feature>()
  private val credentials = linkedMapOf<String, Credential>()
  private val headers = linkedMapOf<String, HeadersBuilder.() -> Unit>()
  private val transforms = linkedMapOf<String, RequestTransform>()
  private val providers = linkedMapOf<String, Provider>()
  private var isConfigured = false
  private var shared: Resilience? = null
  private var degraded: (suspend (CallFailure) -> String)? = null
  private var failureRules: FailureRules = FailureRules.standard()
  private var switchRules: SwitchRules = SwitchRules.OTHER_MODEL

  /**
   * Adds a model to the end of the chain. A request that names a model of the chain, as it is
   * called or as it is [requestedAs][Model.Builder.requestedAs], falls back to those after it. What
   * its patch asks for is done to each request for it.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public fun model(name: String, configure: @HoldfastDsl Model.Builder.() -> Unit = {}) {
    own()
    models += Model.named(name).apply(configure).build()
  }

  /**
   * Declares a feature: a chain of its own, and how many of its calls may be under way and how long
   * they may take. Requests belong to it by `resilience { feature(name) }`.
   *
   * @throws IllegalArgumentException if the name is blank, or the chain comes back to a model
   */
  public fun feature(name: String, configure: @HoldfastDsl Feature.Builder.() -> Unit) {
    own()
    features += Feature.named(name).apply(configure).build()
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

  /** When [Resilience.onAlert] of `client.resilience` is told. */
  public fun alert(rule: AlertRule) {
    own().alert(rule)
  }

  /**
   * Uses an instance that others use too, so that all of them share its breakers. The patches of
   * its models and features are applied as well; a credential that they name and nobody declared is
   * found only when a request needs it.
   *
   * @throws IllegalStateException if models, features, retry, deadline or alert are set here as
   *   well
   */
  public fun use(resilience: Resilience) {
    check(!isConfigured) { CONFLICT }
    shared = resilience
  }

  /**
   * The text to answer with when no model did. It is rendered in the caller's protocol (Messages,
   * Chat Completions, Responses, Gemini, Converse; in the form that the request asks for) under
   * status 200, and marked by the header [DEGRADED_HEADER]. What [text] throws ends the call.
   *
   * Without it, and for other protocols, such a call ends with the last response or exception.
   */
  public fun degraded(text: suspend (CallFailure) -> String) {
    degraded = text
  }

  /**
   * What the patches of models and steps mean by `credential(name)`. Here alone are secrets; they
   * are neither logged nor shown.
   *
   * The name that a model itself has for its credential ([Model.Builder.credential]) is understood
   * as well, and the other way round a model whose patch names one is known to use it.
   *
   * @throws IllegalArgumentException if the name is blank or was declared before, or the credential
   *   has no header
   */
  public fun credential(name: String, configure: CredentialBuilder.() -> Unit) {
    requireName("credential", name)
    declare("credential", credentials, name, CredentialBuilder(name).apply(configure).build())
  }

  /**
   * Changes the headers of each request for a model, after those that belong to another host are
   * gone and before its credential is set.
   *
   * @throws IllegalArgumentException if it was declared before for the model
   */
  public fun headers(model: String, configure: HeadersBuilder.() -> Unit) {
    declare("headers", headers, model, configure)
  }

  /**
   * Makes the request for a model whose API takes requests of another form. [transform] works on a
   * copy of the request, whose endpoint, headers and credential are those of the model already: it
   * may change the URL and the headers, and returns the body. It is handed the body as the caller
   * made it; the parameters of the model's patch and the [switchRules] are left to it. When it
   * moves the request to another server, the caller's own credentials are taken away.
   *
   * **The answer is not translated.** The caller gets it in the form of that other API, streams
   * included, and tells by `response.resilience?.served` which it is. The type of the body stays
   * the caller's.
   *
   * @throws IllegalArgumentException if it was declared before for the model
   */
  public fun transform(
    model: String,
    transform: suspend HttpRequestBuilder.(original: ByteArray, attempt: Attempt) -> ByteArray,
  ) {
    declare("transform", transforms, model, transform)
  }

  /**
   * Says who answers at a host, where its name does not tell: behind a gateway or a proxy. Requests
   * to it are taken for model calls whatever their path.
   *
   * @param host without scheme, port or path, in any case
   * @throws IllegalArgumentException if it is blank, no plain host, or was named before
   */
  public fun provider(host: String, provider: Provider) {
    requireName("host", host)
    require(host.none { it in "/:? " }) {
      "host must have no scheme, port or path, but was '$host'"
    }
    declare("provider", providers, host.lowercase(), provider)
  }

  /** The rules by which failures are understood. [FailureRules.standard] by default. */
  public fun failureRules(rules: FailureRules) {
    failureRules = rules
  }

  /**
   * What makes a request fit for another model, endpoint or account than the first one that was
   * asked. [SwitchRules.OTHER_MODEL] by default.
   */
  public fun switchRules(rules: SwitchRules) {
    switchRules = rules
  }

  internal fun settings(): PluginSettings {
    val own = if (shared == null) models.map { it.withOneCredential(credentials.keys) } else null
    own?.let { TargetCheck(it, features, credentials.keys).check(headers.keys, transforms.keys) }
    return PluginSettings(
      resilience = shared ?: build(own.orEmpty()),
      requestedAs = own.orEmpty().associate { it.name() to it.requestedAs() },
      degraded = degraded,
      targets = TargetSettings(credentials.toMap(), headers.toMap(), transforms.toMap()),
      providers = Providers(providers.toMap()),
      failureRules = failureRules,
      switchRules = switchRules,
    )
  }

  private fun build(own: List<Model>): Resilience {
    own.forEach(builder::model)
    features.forEach(builder::feature)
    return builder.build()
  }

  private fun own(): ResilienceBuilder {
    check(shared == null) { CONFLICT }
    isConfigured = true
    return builder
  }

  private fun <T : Any> declare(what: String, known: MutableMap<String, T>, of: String, it: T) {
    require(known.putIfAbsent(of, it) == null) {
      "$what must be declared once, but was again for '$of'"
    }
  }

  private fun requireName(what: String, name: String) {
    require(name.isNotBlank()) { "$what must not be blank, but was '$name'" }
  }

  private companion object {
    const val CONFLICT =
      "use(resilience) cannot be combined with model, feature, retry, deadline or alert"
  }
}

/** The header that marks a degraded answer; its value is the class of the last failure. */
public const val DEGRADED_HEADER: String = "X-Holdfast-Degraded"
