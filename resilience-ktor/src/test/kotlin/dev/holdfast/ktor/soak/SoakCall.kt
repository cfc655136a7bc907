package dev.holdfast.ktor.soak

import dev.holdfast.ktor.resilience
import io.ktor.client.HttpClient
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.readLine
import kotlin.time.Duration.Companion.microseconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

/** Thrown by callers that throw. */
internal class SoakException : RuntimeException("The caller threw")

/** Makes one call as its plan says. */
internal class SoakCall(private val plan: SoakPlan, private val client: HttpClient) {

  private val text = StringBuilder()
  private var events = 0
  private var response: HttpResponse? = null
  private lateinit var caller: Job

  /** Makes it; null if the caller has not seen how it ended. */
  suspend fun make(url: String): Seen? =
    when (plan.conduct) {
      Conduct.GIVES_UP -> withTimeoutOrNull(plan.micros.microseconds) { asked(url) }
      Conduct.IS_CANCELLED,
      Conduct.IS_CANCELLED_READING -> cancelled(url)
      else -> asked(url)
    }

  private suspend fun cancelled(url: String): Seen? = supervisorScope {
    var seen: Seen? = null
    val asking = launch { seen = asked(url) }
    if (plan.conduct == Conduct.IS_CANCELLED) {
      delay(plan.micros.microseconds)
      asking.cancelAndJoin()
    }
    asking.join()
    seen
  }

  private suspend fun asked(url: String): Seen {
    caller = currentCoroutineContext().job
    val thrown =
      try {
        ask(url)
        null
      } catch (thrown: Throwable) {
        caller.ensureActive()
        thrown
      }
    return Seen(plan, text.toString(), response, thrown)
  }

  private suspend fun ask(url: String) {
    when (plan.way) {
      Way.WHOLE,
      Way.STREAM_AT_ONCE -> {
        response = client.post { request(url) }
        add(response!!.bodyAsText())
      }
      Way.SESSION ->
        client.sse({ request(url) }) {
          response = call.response
          incoming
            .takeWhile { event ->
              add("data: ${event.data}\n")
              goesOn()
            }
            .collect {}
        }
      else -> client.preparePost { request(url) }.execute { read(it) }
    }
  }

  private suspend fun read(answer: HttpResponse) {
    response = answer
    when (plan.way) {
      Way.WHOLE_WITHIN -> if (goesOn()) add(answer.bodyAsText())
      Way.LINES -> {
        val channel = answer.bodyAsChannel()
        do add((channel.readLine() ?: return) + "\n") while (goesOn())
      }
      else -> {
        val channel = answer.bodyAsChannel()
        val piece = ByteArray(PIECE)
        do {
          val length = channel.readAvailable(piece)
          if (length < 0) return
          add(String(piece, 0, length, Charsets.ISO_8859_1))
        } while (goesOn())
      }
    }
  }

  private fun add(part: String) {
    text.append(part)
    events += part.split("data: ").size - 1
  }

  /** Whether the caller reads on. */
  private suspend fun goesOn(): Boolean {
    if (plan.conduct == Conduct.DAWDLES && events % 3 == 0) delay(1)
    if (events < plan.events) return true
    when (plan.conduct) {
      Conduct.LEAVES -> return false
      Conduct.THROWS -> throw SoakException()
      Conduct.IS_CANCELLED_READING -> {
        caller.cancel()
        yield()
      }
      else -> {}
    }
    return true
  }

  private fun HttpRequestBuilder.request(to: String) {
    method = HttpMethod.Post
    url(to)
    header(SoakReader.NUMBER, plan.number)
    contentType(ContentType.Application.Json)
    setBody(
      """{"model":"${plan.model}","max_tokens":16,"stream":${plan.way.isStream},""" +
        """"messages":[{"role":"user","content":"Hi"}]}"""
    )
    plan.feature?.let { resilience { feature(it) } }
  }

  private companion object {
    const val PIECE = 90
  }
}
