package dev.holdfast.ktor

import io.ktor.client.plugins.api.ClientPlugin
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin

/**
 * Guards the calls that a client makes to language models: a circuit breaker per model, retries
 * that obey the provider, fallback to other models, a deadline, and a degraded answer.
 *
 * ```kotlin
 * val client = HttpClient(CIO) {
 *   install(LlmResilience) {
 *     model("claude-sonnet") { attemptTimeout(30.seconds) }
 *     model("claude-haiku")
 *     deadline(2.minutes)
 *     degraded { failure -> "All models are down. Please try again in a minute." }
 *   }
 * }
 * ```
 *
 * ## What is guarded
 * The model is read from the field `model` of a JSON body, or from the path (Gemini, Vertex AI,
 * Bedrock, deployments of Azure OpenAI), and replaced there on fallback. Guarded are requests whose
 * path is that of a known protocol, to the host of a known or [named][LlmResilienceConfig.provider]
 * provider, for a model that was declared, or that say `resilience { }`; every other request passes
 * through untouched, and so does one without a body.
 *
 * The body may be text, bytes, a serialised object, or written as it is sent; what writes it is run
 * once. A body that can be sent only once (a `ByteReadChannel` or a stream), or that is no JSON
 * with a model (a form with a recording), is sent once, guarded if the path or `resilience { }`
 * names the model. A request that is already signed (AWS) is retried, but not sent to other models.
 *
 * ## What happens
 * Retried are 429 (after the wait that the provider names), 5xx, 529, timeouts and connection
 * failures. When no model answered, the call ends with the degraded answer if one is configured,
 * and otherwise with the last response or exception; with `expectSuccess` only that last response
 * is turned into an exception. `response.resilience` tells which models were asked and why, and so
 * does `exception.resilience`.
 *
 * What a failed response means is told by the rules for the provider at the request's host, or at
 * its path where the host is a gateway's: from its status, its headers and its body, which is read
 * for that even where it would be streamed to the caller. An answer with status 200 that Ktor holds
 * in memory is looked at as well, up to 1 MiB: an error, a proxy's page or half an answer is a
 * failure of the model. A quota that an answer says is used up keeps calls from the model until its
 * reset.
 *
 * Each model may have its own endpoint, credential, headers and parameters; each attempt is made
 * from the request as the caller made it, and the caller's own credentials go to no other server.
 *
 * If the caller is cancelled, so is the attempt under way down to its connection, and nothing is
 * held against the model. There are three exceptions. Before the headers, nothing tells the plugin
 * that the caller of `client.sse { }` has gone: see the pitfall below. The Java engine, up to Ktor
 * 3.5, keeps the connection of an attempt that ends before its headers until the server answers,
 * and like Apache one that ends in a TLS handshake. Apache does not always close the connection of
 * a stream that is left before its end.
 *
 * To close the client ends no call by itself: Ktor lets what is under way go on, and CIO and Apache
 * break it off. The next attempt of such a call is its end, and nothing of that is held against a
 * model; a `client.sse { }` goes on with all its attempts, as Ktor waits for it. Apache does not
 * always tell the calls under way that the client is closed: their callers get an exception when
 * the time for the next content is over.
 *
 * Answers may be kept and calls shared, where [answers][LlmResilienceConfig.answers] asks for it.
 *
 * ## Streams
 * A stream is looked at as its caller reads it, in `execute { }` and in `client.sse { }`. Until its
 * first content it is held back, up to 64 KiB and for at most the model's `firstContentTimeout`:
 * what breaks until then leads to another attempt, and the caller sees nothing of it. After it the
 * caller gets a [StreamInterruptedException][dev.holdfast.outcome.StreamInterruptedException] if
 * the stream reports an error, breaks off, ends without the end that its protocol has, or sends no
 * content for the model's `streamGap` while the caller waits; `client.sse { }` has it as the cause
 * of an `SSEClientException`. What had arrived is with the caller and not in the exception. A
 * caller who leaves after content has been answered.
 *
 * The slot and the breaker's permit are held until the protocol's end, the failure, or until the
 * caller leaves; `response.resilience` tells the end of the call only then. The call's deadline
 * ends a stream even if nobody reads it; without a deadline, one that is neither read nor cancelled
 * holds them for as long as it is open, as a reader's silence is no fault of the model: keep the
 * deadline where streams are handed to others. An `HttpTimeout` around the plugin that ends a
 * stream interrupts it, and like the deadline says nothing about the model.
 *
 * A stream in no known protocol, or one that is still packed, is judged by its transport alone: by
 * an exception, or by fewer bytes than its Content-Length. Events in no known protocol are also
 * broken if there are none, or if they end inside a line. What CIO hides cannot be seen in such a
 * stream: it takes a connection that ends between two chunks for the end of the body, and, in a
 * body that has neither chunks nor a length, at times even one that is reset right after the last
 * bytes. A reset of a stream in chunks is seen on every engine. After a failure CIO gives away
 * nothing of what came just before it.
 *
 * A stream that Ktor reads whole, by `post { }` without `execute { }`, is judged when it is there,
 * and one that is broken counts as broken before content. One JSON answer to a request of a known
 * protocol is read whole before it is returned, in `execute { }` too, up to 1 MiB by its
 * Content-Length.
 *
 * `maxReconnectionAttempts` of `SSE` is left out of what is sent to models, as it would send the
 * prompt again.
 *
 * ## Pitfalls
 * - The engines' own limits are lifted: CIO's of 15 seconds for the whole call, OkHttp's and
 *   Apache's of 10 seconds of silence. Apache takes its limit from the first request of a client.
 * - OkHttp sends a request again by itself when a connection turns out to be dead: switch that off
 *   by `engine { config { retryOnConnectionFailure(false) } }`.
 * - CIO does not read an answer that goes up to the end of its connection unless a header says so
 *   (`Connection: close`): there it is a failure of the model.
 * - CIO queues calls beyond `maxConnectionsPerRoute` (100) and reports a long wait there as a
 *   failed connection, which counts. Raise it above the calls that are under way at the same time.
 * - Switch `HttpRequestRetry` beside this plugin and the retries of an SDK around it off
 *   (`maxRetries = 0`): the retries would multiply. Both are told in the log, once.
 * - `Auth` works in either order. Installed before this plugin it makes a call again whose token
 *   was refused; installed after it the token is renewed within the attempt, for the later ones as
 *   well. Requests that leave the caller's server or account are kept from it.
 * - A caller of `client.sse { }` who is cancelled before the headers leaves its call behind, which
 *   goes on, with retries and fallbacks, until it is answered or its deadline passes. Ktor launches
 *   the request in the client's own scope, so that no job of the caller is among its parents and no
 *   element of the caller's context gets into a pipeline; the caller waits for it by a deferred
 *   without a parent, which only Ktor's own code sees, and which does not tell that nobody waits
 *   any more. No plugin runs where the caller is known. A caller ends the request by its job:
 * ```kotlin
 * coroutineScope {
 *   val caller = coroutineContext.job
 *   client.sse({
 *     caller.invokeOnCompletion { executionContext.cancel() }
 *     url(address)
 *   }) { ... }
 * }
 * ```
 * - An `onDownload` listener is told of what each attempt brings, failed ones included, and of an
 *   answer that is read whole twice: when it is judged, and when it is handed on.
 * - `HttpTimeout` installed before this plugin limits the whole call, installed after it each
 *   attempt.
 * - Ktor sends a request at most 20 times, redirects included; longer chains need
 *   `install(HttpSend) { maxSendCount = ... }`.
 * - Use one client, or one `Resilience`, for the whole application: the breakers live in it. A copy
 *   of a client by `config { }` runs the install block again, and so has breakers of its own unless
 *   that says `use(resilience)`.
 * - In a `runTest` the pauses between attempts take no time, as its own time leaps; the timeouts go
 *   by the clock of the engine's dispatcher, so that a `MockEngine` has the time that it needs.
 */
public val LlmResilience: ClientPlugin<LlmResilienceConfig> =
  createClientPlugin("LlmResilience", ::LlmResilienceConfig) {
    val settings = pluginConfig.settings()
    val guard = CallGuard(client, settings)
    client.attributes.put(RESILIENCE, settings.resilience)
    settings.answers?.let { client.attributes.put(ANSWERS, it) }
    client.handStreamsOn()
    on(Send, guard::send)
  }
