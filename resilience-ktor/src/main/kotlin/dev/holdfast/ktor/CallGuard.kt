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
  val requests: AttemptRequests = AttemptRequests(settings)
  private val reader = RequestReader(settings, notices)

  suspend fun send(sender: Send.Sender, request: HttpRequestBuilder): HttpClientCall {
    val override = request.attributes.getOrNull(RequestResilience.Key)
    return when {
      override?.isOff == true -> send(sender, request, override, null)
      reader.mustWrite(request, override) -> sendWritten(sender, request, override)
      else -> send(sender, request, override, reader.read(request, request.content, override))
    }
  }

  /** Sends a request whose body does not tell its model before it is written. */
  private suspend fun sendWritten(
    sender: Send.Sender,
    request: HttpRequestBuilder,
    override: RequestResilience?,
  ): HttpClientCall {
    val kept = request.content.kept(request)
    val asked = if (kept == null) null else reader.read(request, kept, override)
    return send(sender, request, override, asked)
  }

  private suspend fun send(
    sender: Send.Sender,
    request: HttpRequestBuilder,
    override: RequestResilience?,
    asked: LlmRequest?,
  ): HttpClientCall {
    if (asked == null) {
      surroundings.passes()
      return sender.proceed(request)
    }
    val resilience = resilienceFor(asked, override)
    surroundings.check(request, asked, resilience)
    val question = book?.questions?.of(request, asked, override)
    return if (book != null && question != null)
      request.whileWanted {
        book.call(question, request, resilience) { own, by, kept ->
          make(sender, own, asked, by, kept)
        }
      }
    else {
      val deadline = currentDeadline(resilience.time())
      make(sender, request, asked, resilience.within(deadline), null)
    }
  }

  private suspend fun make(
    sender: Send.Sender,
    request: HttpRequestBuilder,
    asked: LlmRequest,
    resilience: Resilience,
    kept: DegradedCall?,
  ): HttpClientCall {
    val plan = resilience.plan<HttpClientCall>(classifier, kept != null || degrades(asked))
    val attempts = Attempts(this, request, resilience, asked, plan, sender)
    return CallDriver(plan, attempts, kept).carryOut()
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

/** Makes the call with a degraded answer; null if there is none. */
internal typealias DegradedCall = suspend (CallFailure) -> HttpClientCall?
