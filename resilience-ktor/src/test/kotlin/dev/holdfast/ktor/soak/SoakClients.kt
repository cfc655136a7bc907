package dev.holdfast.ktor.soak

import dev.holdfast.Resilience
import dev.holdfast.answers.ResponseStore
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.circuitBreaker
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.ktor.LlmResilience
import dev.holdfast.retry.Backoff
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.apache5.Apache5
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.request.HttpRequestBuilder
import java.time.Duration
import java.util.concurrent.TimeUnit
import okhttp3.ConnectionPool
import okhttp3.Dispatcher

/**
 * The engines, with room for more calls than are under way at the same time.
 *
 * @property idle how many connections they may keep for later calls
 * @property forgotten those faults in which they may forget the connection of a call that has
 *   ended, until the server ends it: with this plugin or without
 */
internal enum class SoakEngine(val idle: Int, val forgotten: Set<Fault> = emptySet()) {
  CIO(0),
  OkHttp(5),
  /**
   * Up to Ktor 3.5 it does not end an exchange of which it has no head yet; nor, once in a while,
   * one whose body stalls, although all that Ktor has of it is over.
   */
  Java(64, setOf(Fault.SILENT_BEFORE_HEADERS, Fault.STALLED)),
  /** It does not always close the connection of a call that is cancelled. */
  Apache5(64, Fault.entries.toSet());

  fun client(configure: HttpClientConfig<*>.() -> Unit): HttpClient =
    when (this) {
      CIO ->
        HttpClient(io.ktor.client.engine.cio.CIO) {
          engine { endpoint.maxConnectionsPerRoute = MOST }
          configure()
        }
      OkHttp ->
        HttpClient(io.ktor.client.engine.okhttp.OkHttp) {
          engine {
            config {
              connectionPool(POOL)
              retryOnConnectionFailure(false)
              dispatcher(Dispatcher().apply { maxRequestsPerHost = MOST })
            }
          }
          configure()
        }
      Java -> HttpClient(io.ktor.client.engine.java.Java) { configure() }
      Apache5 -> HttpClient(io.ktor.client.engine.apache5.Apache5) { configure() }
    }

  private companion object {
    const val MOST = 1000

    /** One for all limits of time, and one that soon finds what the engine has lost. */
    val POOL = ConnectionPool(5, 1, TimeUnit.SECONDS)
  }
}

/**
 * A client with the plugin; [onRequest] is told of each request before the plugin has it.
 *
 * @param hasAnswers whether answers are kept, for as long as a few calls take, and calls shared
 */
internal fun SoakEngine.guardedBy(
  resilience: Resilience,
  hasAnswers: Boolean,
  onRequest: (HttpRequestBuilder) -> Unit,
): HttpClient = client {
  install(SSE)
  install(
    createClientPlugin("Entrance") {
      on(Send) { request ->
        onRequest(request)
        proceed(request)
      }
    }
  )
  install(LlmResilience) {
    use(resilience)
    degraded { failure ->
      if (failure.attempts() % 2 == 0) throw NoAnswerException() else "All models are down"
    }
    if (hasAnswers)
      answers {
        store(ResponseStore.inMemory(SoakPlan.QUESTIONS, Duration.ofSeconds(1)))
        replayFor(Duration.ofMillis(15))
        degradeWithin(Duration.ofMillis(40))
        singleFlight()
      }
  }
}

/** Three models that are given up after milliseconds, for features that are limited in all ways. */
internal fun soakResilience(): Resilience = resilience {
  for (name in SoakPlan.MODELS) {
    model(name) {
      attemptTimeout(Duration.ofMillis(250))
      firstContentTimeout(Duration.ofMillis(200))
      streamGap(Duration.ofMillis(100))
      circuitBreaker {
        if (name == "model-b") slidingWindow(20).minimumCalls(10).failureRateThreshold(0.6)
        else failureThreshold(4)
        waitDurationInOpenState(Duration.ofMillis(4))
        permittedCallsInHalfOpenState(1)
        successThreshold(1)
        // A probe that gets lost keeps the breaker from closing to the end of the soak.
        probeLease(Duration.ofHours(1))
      }
    }
  }
  retry {
    maxAttempts(2)
    backoff(Backoff.fixed(Duration.ofMillis(3)))
  }
  deadline(Duration.ofSeconds(2))
  feature("chat") {
    bulkhead {
      maxConcurrentCalls(6)
      maxQueue(100)
      maxWait(Duration.ofMillis(500))
    }
  }
  feature("batch") {
    chain("model-c", "model-a")
    bulkhead {
      maxConcurrentCalls(3)
      maxQueue(4)
      maxWait(Duration.ofMillis(50))
    }
    deadline(Duration.ofMillis(150))
  }
  feature("single") {
    chain("model-b")
    noFallback()
  }
}
