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
 * The model is read from the field `model` of a JSON body and replaced there on fallback. A request
 * without one, or with a body that can be sent only once, passes through untouched.
 *
 * Retried are 429 (after the wait that the provider names), 5xx, 529, timeouts and connection
 * failures. When no model answered, the call ends with the degraded answer if one is configured,
 * and otherwise with the last response or exception; with `expectSuccess` only that last response
 * is turned into an exception.
 *
 * What a failed response means is told by the rules for the provider at the request's host, from
 * its status, its headers and the beginning of its body. A body that is streamed to the caller is
 * left alone; then the status and the headers decide.
 *
 * If the caller is cancelled, so is the attempt under way, and nothing is held against the model.
 * `client.sse { }` is the exception: before the headers its request runs in the client's own scope,
 * so the attempt goes on until its timeout.
 *
 * ## Pitfalls
 * - An answer that is a stream counts as a success when its headers arrive. What happens in the
 *   stream is not looked at yet.
 * - A stream has no time limit after its headers: CIO's own of 15 seconds for the whole call is
 *   lifted. `HttpTimeout` with a socket timeout gives it one.
 * - CIO queues calls beyond `maxConnectionsPerRoute` (100) and reports a long wait there as a
 *   failed connection, which counts. Raise it above the calls that are under way at the same time.
 * - Do not install `HttpRequestRetry` beside this plugin: the retries would multiply.
 * - `HttpTimeout` installed before this plugin limits the whole call, installed after it each
 *   attempt.
 * - Ktor sends a request at most 20 times, redirects included; longer chains need
 *   `install(HttpSend) { maxSendCount = ... }`.
 * - Use one client, or one `Resilience`, for the whole application: the breakers live in it.
 */
public val LlmResilience: ClientPlugin<LlmResilienceConfig> =
  createClientPlugin("LlmResilience", ::LlmResilienceConfig) {
    val settings = pluginConfig.settings()
    val guard = CallGuard(client, settings)
    client.attributes.put(RESILIENCE, settings.resilience)
    on(Send) { request -> guard.send(request) { proceed(it) } }
  }
