package dev.holdfast.ktor

import dev.holdfast.AlertRule
import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.answers.AnswersBuilder
import dev.holdfast.coroutines.HoldfastDsl
import dev.holdfast.coroutines.answers as answersOf
import dev.holdfast.coroutines.deadline as deadlineOf
import dev.holdfast.coroutines.retry as retryOf
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
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
  private var answers: (AnswersBuilder<KeptResponse>.() -> Unit)? = null
  private var questions = Questions { null }

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

  /**
   * Failures that lead to the next model although a caller is shown them at once by default, as
   * [Feature.Builder.fallBackOn] does for one feature.
   *
   * @throws IllegalArgumentException if one is not one of those that this can be asked for
   */
  public fun fallBackOn(vararg failures: FailureClass) {
    own().fallBackOn(*failures)
  }

  /** When [Resilience.onAlert] of `client.resilience` is told. */
  public fun alert(rule: AlertRule) {
    own().alert(rule)
  }

  /**
   * Uses an instance that others use too, so that all of them share its breakers. The names that
   * requests have for its models are understood, and the patches of its models and features are
   * applied.
   *
   * Where credentials are declared here, those that the patches of its models name must be among
   * them. One that the step of a feature names and nobody declared is found only when a request
   * needs it, and so is any other where none is declared: its models may be for other clients.
   *
   * @throws IllegalStateException if models, features, retry, deadline, fallBackOn or alert are set
   *   here as well
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
   * Keeps answers, or shares the calls that are made for them; each only if [configure] asks for
   * it. A kept answer that is given again has an `Age` header, and one that stands in for a model
   * the [DEGRADED_HEADER] as well; it comes before the text of [degraded].
   *
   * Concerned are requests whose body can be read and whose answer is read whole, not in `execute {
   * }` or `client.sse { }`, without `onUpload` or `onDownload`, and without a chain, a deadline or
   * attempts of their own. Two ask the same if tenant, feature, method, address with its
   * parameters, JSON body and the headers `accept*`, `anthropic-*` and `openai-*` are equal. A
   * similar answer, or one of the same [name][RequestResilience.idempotencyKey], is given in the
   * same protocol and form only: both are added to the tenant that stores see. A shared call is
   * cancelled when the last who waits for it has left.
   *
   * ## Pitfalls
   * - A credential that is added after this plugin is not seen here, so that all its users would be
   *   one: name the [tenant]. `HttpCookies` adds its own after every plugin, and so does an `Auth`
   *   that is installed after this one and sends its credential only when asked for it; the latter
   *   is told in the log, once.
   * - A shared call does not heed the `requestTimeoutMillis` of who asked first. An `HttpTimeout`
   *   before this plugin ends the wait of each by its own.
   *
   * @param tenant whose request it is; null if its credentials tell: headers such as
   *   `Authorization`, `Cookie`, `x-api-key` or `OpenAI-Project`, and `key` and the user of the
   *   address. Of them a digest is kept
   */
  public fun answers(
    tenant: (HttpRequestBuilder) -> String? = { null },
    configure: @HoldfastDsl AnswersBuilder<KeptResponse>.() -> Unit,
  ) {
    answers = configure
    questions = Questions(tenant)
  }

  /**
   * What the patches of models and steps mean by `credential(name)`. Here alone are secrets; they
   * are neither logged nor shown.
   *
   * The name that a model itself has for its credential ([Model.Builder.credential]) is understood
   * as well, and the other way round a model whose patch names one is known to use it. A model that
   * is known to use one which is not declared here gets what the caller sends. When that is refused
   * (401), or one that is read anew for each attempt, other calls go on: theirs may be another.
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
   * moves the request to another server, the caller's own credentials are taken away. What it
   * throws fails the attempt, and says nothing about the model.
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
   * @param host without scheme, port or path, in any case; an IPv6 address in brackets
   * @throws IllegalArgumentException if it is blank, no plain host, or was named before
   */
  public fun provider(host: String, provider: Provider) {
    requireName("host", host)
    val isAddress = host.startsWith('[') && host.endsWith(']')
    require(host.none { it in "/? " || (it == ':' && !isAddress) }) {
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
    val others = shared?.targets()?.models()
    val known = others ?: models.map { it.knownBySentCredential() }
    // Who shares an instance and declares no credential may leave the models that need one to
    // others.
    val declared = credentials.keys.takeIf { others == null || it.isNotEmpty() }
    TargetCheck(known, features, declared).check(headers.keys, transforms.keys)
    val resilience = shared ?: build(known)
    return PluginSettings(
      resilience = resilience,
      requestedAs = known.associate { it.name() to it.requestedAs() },
      degraded = degraded,
      targets = targets(known),
      providers = Providers(providers.toMap()),
      failureRules = failureRules,
      switchRules = switchRules,
      answers = answers?.let { answersOf(resilience, it) },
      questions = questions,
    )
  }

  private fun targets(models: List<Model>): TargetSettings {
    val known = models.mapNotNull { model -> model.credential()?.let { model.name() to it } }
    return TargetSettings(credentials.toMap(), known.toMap(), headers.toMap(), transforms.toMap())
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
      "use(resilience) cannot be combined with model, feature, retry, deadline, fallBackOn or alert"
  }
}

/** The header that marks a degraded answer; its value is the class of the last failure. */
public const val DEGRADED_HEADER: String = "X-Holdfast-Degraded"
