package dev.holdfast.ktor

import java.util.concurrent.ConcurrentHashMap

/** What one client's plugin has to say of its surroundings: each thing once. */
internal class Notices {

  private val told = ConcurrentHashMap.newKeySet<String>()

  fun unreadable(): Unit =
    tell(
      "unreadable",
      "A request body that should be JSON cannot be read, so its model is unknown and the request " +
        "passes through unguarded.",
    )

  fun hidden(): Unit =
    tell(
      "hidden",
      "A request body that can be sent only once, or is no JSON with a model, hides that, so the request " +
        "passes through unguarded: send JSON as text or bytes, or name the model by " +
        "resilience { chain(...) }.",
    )

  fun signed(): Unit =
    tell(
      "signed",
      "A request is signed before LlmResilience sees it, so it is not sent to other models: sign " +
        "it in a plugin that is installed after LlmResilience.",
    )

  fun retryPlugin(): Unit =
    tell(
      "retryPlugin",
      "HttpRequestRetry is installed beside LlmResilience, so that their retries multiply: leave " +
        "it out, or set its maxRetries to 0; in openai-kotlin by RetryStrategy(maxRetries = 0).",
    )

  fun stackedRetries(): Unit =
    tell(
      "stackedRetries",
      "The SDK that makes the requests retries them itself (X-Stainless-Retry-Count), so that its " +
        "retries multiply with those of LlmResilience: set its maxRetries to 0.",
    )

  fun outerTimeout(millis: Long, deadline: String): Unit =
    tell(
      "outerTimeout",
      "HttpTimeout is installed before LlmResilience, so that its $millis ms end the whole call " +
        "with all attempts, before the deadline of $deadline: install it after LlmResilience to " +
        "limit each attempt.",
    )

  fun silence(millis: Long, attempt: String): Unit =
    tell(
      "silence",
      "HttpTimeout ends an attempt after $millis ms of silence, which is what an answer that is not " +
        "streamed begins with, before the attempt's own timeout of $attempt: raise its " +
        "socketTimeoutMillis; in openai-kotlin by Timeout(socket = ...).",
    )

  fun apacheTimeout(): Unit =
    tell(
      "apacheTimeout",
      "Apache5 takes its timeouts from the first request of a client, and gives up after 10 " +
        "seconds of silence if that one is not for a model: set engine { socketTimeout = 0 }.",
    )

  fun reconnection(): Unit =
    tell(
      "reconnection",
      "SSE is installed with maxReconnectionAttempts, which sends a prompt again after each end of " +
        "its answer: requests to models are sent without it, so set it to 0.",
    )

  fun unseenUsers(): Unit =
    tell(
      "unseenUsers",
      "Auth is installed after LlmResilience and sends its credential only when asked for it, so " +
        "that answers { } takes all users of the client for one: install Auth before " +
        "LlmResilience, or name the user by answers(tenant = { ... }).",
    )

  /** A log that cannot be written must not become the failure of a call. */
  private fun tell(what: String, message: String) {
    if (!told.add(what)) return
    runCatching {
      LOG.log(System.Logger.Level.WARNING, "$message This is told once for each client.")
    }
  }

  private companion object {
    val LOG: System.Logger = System.getLogger("dev.holdfast.ktor")
  }
}
