package dev.holdfast.ktor

import dev.holdfast.Resilience
import io.ktor.client.HttpClient
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.plugins.pluginOrNull
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HttpHeaders
import java.time.Duration

/**
 * What is installed beside the plugin and works against it. Made when the plugin is installed, when
 * there is only what was installed before it.
 */
internal class Surroundings(private val client: HttpClient, private val notices: Notices) {

  private val hasOuterTimeout = client.pluginOrNull(HttpTimeout) != null
  /** Whether a request has gone its way whose timeouts the engine was left to choose. */
  @Volatile private var hasPassed = false

  /** Whether an `HttpTimeout` comes after the plugin, and so limits each attempt. */
  val hasInnerTimeout: Boolean by lazy {
    !hasOuterTimeout && client.pluginOrNull(HttpTimeout) != null
  }

  private val hasRetry: Boolean by lazy { client.pluginOrNull(HttpRequestRetry) != null }

  /** A request goes past the plugin. */
  fun passes() {
    hasPassed = true
  }

  /** Says what will go wrong with a request that is guarded. */
  fun check(request: HttpRequestBuilder, asked: LlmRequest, resilience: Resilience) {
    if (hasRetry && (request.maxRetries ?: 1) > 0) notices.retryPlugin()
    if ((request.headers[STAINLESS]?.toIntOrNull() ?: 0) > 0) notices.stackedRetries()
    if (hasPassed && client.isOnApache) notices.apacheTimeout()
    if (hasOuterTimeout) checkTimeouts(request, asked, resilience)
  }

  /** An `Auth` that comes after the plugin has added the credential of the user to an attempt. */
  fun authorizes(request: HttpRequestBuilder) {
    if (request.isToldByCredentials && HttpHeaders.Authorization !in request.headers) {
      notices.unseenUsers()
    }
  }

  private fun checkTimeouts(
    request: HttpRequestBuilder,
    asked: LlmRequest,
    resilience: Resilience,
  ) {
    val set = request.getCapabilityOrNull(HttpTimeoutCapability) ?: return
    val deadline = resilience.deadline()
    set.requestTimeoutMillis.shorterThan(deadline)?.let { notices.outerTimeout(it, "$deadline") }
    // A stream is not silent for long, and Java's engine listens to the request's own limit alone.
    if (asked.form.isStream || client.isOnJava) return
    val chain = resilience.chain()
    val models = resilience.targets().models().filter { it.name() in chain }
    val attempt = models.minOfOrNull { it.attemptTimeout() } ?: return
    set.socketTimeoutMillis.shorterThan(attempt)?.let { notices.silence(it, "$attempt") }
  }

  private fun Long?.shorterThan(limit: Duration): Long? = takeIf {
    it != null && it != HttpTimeoutConfig.INFINITE_TIMEOUT_MS && Duration.ofMillis(it) < limit
  }

  private companion object {
    const val STAINLESS = "X-Stainless-Retry-Count"
  }
}
