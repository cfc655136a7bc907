package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.currentDeadline
import dev.holdfast.plan.CallFailure
import dev.holdfast.providers.degraded.DegradedAnswer
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.plugins.api.Send
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.headers
import kotlinx.coroutines.isActive

/** What the plugin does with each request of its client. */
internal class CallGuard(private val client: HttpClient, val settings: PluginSettings) {

  val classifier: CallClassifier = CallClassifier(settings.failureRules)
  val engineTime: EngineTime = EngineTime(client.coroutineContext)
  val reception: Reception =
    Reception(settings.providers, settings.failureRules, settings.resilience, engineTime)
  /** Whether the client was closed, which ends its calls. */
  val isClosed: Boolean
    get() = !client.isActive

  private val book: AnswerBook? =
    settings.answers?.let { AnswerBook(client, it, settings.questions) }
  private val notices = Notices()
  val surroundings: Surroundings = Surroundings(client, notices)
  private val reader = RequestReader(settings, notices)

  suspend fun send(request: HttpRequestBuilder, sender: Send.Sender): HttpClientCall {
    val override = request.attributes.getOrNull(RequestResilience.Key)
    val asked = if (override?.isOff == true) null else reader.read(request, override)
    if (asked == null) {
      surroundings.passes()
      return sender.proceed(request)
    }
    val resilience = resilienceFor(asked, override)
    surroundings.check(request, asked, resilience)
    val call = GuardedCall(this, request, asked, sender)
    val question = book?.questions?.of(request, asked, override)
    return if (book != null && question != null) call.make(resilience, question, book)
    else call.make(resilience.within(currentDeadline(resilience.time())))
  }

  /** Whether there is a degraded answer in the caller's protocol. */
  fun degrades(asked: LlmRequest): Boolean =
    settings.degraded != null &&
      asked.protocol != null &&
      asked.form in DegradedAnswer.forms(asked.protocol)

  /** The call with a degraded answer; null if there is none in the caller's protocol. */
  suspend fun degradedCall(
    request: HttpRequestBuilder,
    asked: LlmRequest,
    failure: CallFailure,
  ): HttpClientCall? {
    if (!degrades(asked)) return null
    val text = checkNotNull(settings.degraded)(failure)
    val body = DegradedAnswer(text).body(checkNotNull(asked.protocol), asked.form)
    val headers = headers {
      append(HttpHeaders.ContentType, asked.form.contentType)
      append(HttpHeaders.ContentLength, body.size.toString())
      append(DEGRADED_HEADER, failure.last().failureClass().name)
    }
    return client.syntheticCall(request, HttpStatusCode.OK, headers, body)
  }

  private fun resilienceFor(asked: LlmRequest, override: RequestResilience?): Resilience {
    val all = settings.resilience
    val chosen = override?.variantOf(all) ?: all
    val model = settings.targetOf(asked.model, chosen.chain())
    val isFixed = override?.hasChain == true || (chosen !== all && model !in chosen.chain())
    val guarded = if (isFixed) chosen else chosen.forModel(model)
    val limited = override?.limitsOf(guarded) ?: guarded
    return when (asked.freedom) {
      Freedom.ANY_MODEL -> limited
      Freedom.SAME_MODEL -> limited.firstOnly().also { notices.signed() }
      Freedom.ONE_ATTEMPT -> limited.firstOnly().attempting(1)
    }
  }

  private fun Resilience.firstOnly(): Resilience {
    val chain = chain()
    return if (chain.size == 1) this else withChain(chain.take(1))
  }
}
