package dev.holdfast.ktor

import io.ktor.client.HttpClient
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.plugins.pluginOrNull
import io.ktor.client.request.HttpRequestBuilder
import java.time.Duration

/**
 * What is installed beside the plugin and works against it. Made when the plugin is installed, when
 * there is only what was installed before it.
 */
internal class Surroundings(private val client: HttpClient, private val notices: Notices) {

  private val hasOuterTimeout = client.pluginOrNull(HttpTimeout) != null
  private val isApache = client.engine.javaClass.name == APACHE_ENGINE

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
  fun check(request: HttpRequestBuilder, deadline: Duration) {
    if (hasRetry) notices.retryPlugin()
    if ((request.headers[STAINLESS]?.toIntOrNull() ?: 0) > 0) notices.stackedRetries()
    if (isApache && hasPassed) notices.apacheTimeout()
    if (hasOuterTimeout) checkTimeout(request, deadline)
  }

  private fun checkTimeout(request: HttpRequestBuilder, deadline: Duration) {
    val millis = request.getCapabilityOrNull(HttpTimeoutCapability)?.requestTimeoutMillis ?: return
    if (millis == HttpTimeoutConfig.INFINITE_TIMEOUT_MS) return
    if (Duration.ofMillis(millis) < deadline) notices.outerTimeout(millis, "$deadline")
  }

  private companion object {
    const val STAINLESS = "X-Stainless-Retry-Count"
    const val APACHE_ENGINE = "io.ktor.client.engine.apache5.Apache5Engine"
  }
}
