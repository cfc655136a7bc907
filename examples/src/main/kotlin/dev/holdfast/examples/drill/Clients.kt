package dev.holdfast.examples.drill

import dev.holdfast.Resilience
import dev.holdfast.coroutines.attemptTimeout
import dev.holdfast.coroutines.circuitBreaker
import dev.holdfast.coroutines.deadline
import dev.holdfast.coroutines.exponential
import dev.holdfast.coroutines.maxWait
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.coroutines.streamGap
import dev.holdfast.coroutines.waitDurationInOpenState
import dev.holdfast.ktor.LlmResilience
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.api.ClientPlugin
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** More than either client ever needs. */
private const val MAX_CONNECTIONS = 10_000

/** The timeout of the bare client's attempts, and the deadline of a guarded call as a whole. */
internal val PATIENCE = 30.seconds

/**
 * The client that most applications have: a timeout for each attempt, and retries with exponential
 * backoff after server errors, broken connections and timeouts.
 */
internal fun bareClient(scale: TimeScale, log: ClientPlugin<Unit>): HttpClient = client {
  install(HttpRequestRetry) {
    retryOnServerErrors(maxRetries = 3)
    retryOnException(maxRetries = 3, retryOnTimeout = true)
    exponentialDelay(
      baseDelayMs = scale.real(1.seconds).inWholeMilliseconds,
      maxDelayMs = scale.real(60.seconds).inWholeMilliseconds,
      randomizationMs = scale.real(1.seconds).inWholeMilliseconds,
    )
  }
  install(HttpTimeout) { requestTimeoutMillis = scale.real(PATIENCE).inWholeMilliseconds }
  install(log)
}

/** The failures in a row that open a breaker of the drill. */
internal const val FAILURE_THRESHOLD = 5

/** The same application with Holdfast in place of retries and timeout. */
internal fun guardedClient(resilience: Resilience, log: ClientPlugin<Unit>): HttpClient = client {
  install(LlmResilience) {
    use(resilience)
    degraded { "All models are down, please try again in a minute." }
  }
  install(log)
}

/**
 * The timeout of an attempt is twice what the slowest healthy answer takes, and a stream may be
 * silent as long as that.
 */
internal fun drillResilience(scenario: Scenario, scale: TimeScale): Resilience = resilience {
  for (model in scenario.models) {
    model(model.name) {
      attemptTimeout(scale.real(model.latency.endInclusive * 2))
      streamGap(scale.real(model.latency.endInclusive))
      circuitBreaker {
        failureThreshold(FAILURE_THRESHOLD)
        waitDurationInOpenState(scale.real(5.seconds))
      }
    }
  }
  retry {
    maxAttempts(2)
    backoff(exponential(scale.real(500.milliseconds), scale.real(5.seconds)))
    maxWait(scale.real(15.seconds))
  }
  deadline(scale.real(PATIENCE))
}

/** Both clients may open as many connections as they like, and neither has CIO's own timeout. */
private fun client(configure: HttpClientConfig<CIOEngineConfig>.() -> Unit): HttpClient =
  HttpClient(CIO) {
    engine {
      maxConnectionsCount = MAX_CONNECTIONS
      endpoint.maxConnectionsPerRoute = MAX_CONNECTIONS
      requestTimeout = 0
    }
    configure()
  }
