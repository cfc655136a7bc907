package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.asAttempt
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import io.ktor.client.call.HttpClientCall
import io.ktor.client.engine.ClientEngineClosedException
import io.ktor.client.plugins.api.Send
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HttpHeaders
import java.time.Duration
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job

/** Makes the attempts of one call, and reports to its plan what they come to. */
internal class Attempts(
  private val guard: CallGuard,
  val request: HttpRequestBuilder,
  val resilience: Resilience,
  private val asked: LlmRequest,
  private val plan: CallPlan<HttpClientCall>,
  private val sender: Send.Sender,
) {

  private val isTimedToContent = request.isStreamed && (asked.form.isStream || request.isSession)

  /** The token by which an `Auth` that comes after the plugin got an attempt through. */
  private var token: String? = null

  /** What the last attempt has come to, even if its time ended in that moment. */
  private var arrived: Arrival? = null

  /** Whether the request of an attempt is being made, by code of the plugin's user. */
  private var isPreparing = false

  /** The last call that was answered as a whole. */
  var lastAnswered: HttpClientCall? = null
    private set

  suspend fun make(attempt: Attempt): Arrival {
    val limit = if (isTimedToContent) plan.stream().awaitingItem() else attempt.timeout
    arrived = null
    isPreparing = false
    var isInTime = false
    try {
      isInTime = guard.engineTime.within(limit) { arrived = arrive(attempt) } != null
    } catch (thrown: Throwable) {
      if (!isWanted()) throw thrown
      return Arrival.Next(plan.threw(thrown))
    } finally {
      // The end of the time cancels a call that has just arrived, and whoever reads it.
      if (!isInTime) (arrived as? Arrival.Streaming)?.abandon()
    }
    return when (val arrival = arrived) {
      is Arrival.Streaming -> if (isInTime) arrival.also(::handOver) else late(limit)
      null -> late(limit)
      else -> arrival
    }
  }

  /** Whether the caller still wants an answer, and has a client to get it by. */
  suspend fun isWanted(): Boolean =
    currentCoroutineContext().isActive && request.isWanted && !guard.isClosed

  /** The call when no model answers; null if there is no answer for it. */
  suspend fun degraded(failure: CallFailure): HttpClientCall? =
    guard.degradedCall(request, asked, failure)

  private fun late(limit: Duration): Arrival {
    // An engine that is closed may leave its calls without an end.
    if (guard.isClosed) throw ClientEngineClosedException()
    if (isPreparing) {
      val late = TimeoutException("request must be made within $limit, but was not")
      return Arrival.Next(plan.threw(PreparationException(late)))
    }
    return Arrival.Next(if (isTimedToContent) plan.stream().stalled() else plan.timedOut())
  }

  /** Nothing suspends after a report to the plan, so a timeout does not come after it. */
  private suspend fun arrive(attempt: Attempt): Arrival {
    val sub = request.subRequest(asked.content, currentCoroutineContext().job)
    var call: HttpClientCall? = null
    try {
      token?.let { sub.headers[HttpHeaders.Authorization] = it }
      sub.liftEngineTimeouts(guard.surroundings.hasInnerTimeout)
      isPreparing = true
      guard.requests.prepare(sub, asked, plan.requested(), attempt)
      isPreparing = false
      val session = sub.observedSession(attempt)
      call = resilience.asAttempt { sender.proceed(sub) }
      if (call.isOfAuth(sub)) {
        token = call.tokenOfAuth ?: token
        guard.surroundings.authorizes(request)
      }
      call = guard.reception.received(call, attempt, asked)
      val failure = guard.reception.failureOf(call, asked)
      return arrival(call, attempt, failure, session?.get())
    } catch (thrown: Throwable) {
      call?.cancel()
      // HttpTimeout and the engines report a timeout by a cancellation that it causes.
      throw thrown.unwrapped()
    } finally {
      sub.completeContext()
    }
  }

  /** Where the body will be if a session of `client.sse { }` reads it; null if none can. */
  private fun HttpRequestBuilder.observedSession(
    attempt: Attempt
  ): AtomicReference<ObservedChannel>? {
    if (!isSession) return null
    val session = AtomicReference<ObservedChannel>()
    observeSession(
      { data, headers, body ->
        guard.reception.observe(body, data.url, headers, asked, plan, attempt)
      },
      session::set,
    )
    return session
  }

  private suspend fun arrival(
    call: HttpClientCall,
    attempt: Attempt,
    found: Failure?,
    session: ObservedChannel?,
  ): Arrival {
    val failure = found?.let { ofAttempt(it, attempt) }
    failure?.let { call.attributes.put(CallClassifier.FAILURE, it) }
    return when {
      session != null -> stream(call.withoutLength(), session)
      failure != null && call.isBrokenStream(asked) -> broken(call, failure)
      failure != null || call.response.isHeld -> whole(call)
      else -> stream(call, attempt)
    }
  }

  /** The caller's credential may be another one next time, and one that is read may be renewed. */
  private fun ofAttempt(failure: Failure, attempt: Attempt): Failure =
    if (
      failure.failureClass() == FailureClass.UNAUTHENTICATED &&
        guard.settings.targets.mayChangeCredential(attempt)
    )
      Failure(FailureClass.UNAUTHENTICATED, Duration.ZERO, failure.cause())
    else failure

  private fun whole(call: HttpClientCall): Arrival {
    lastAnswered = call
    return Arrival.Next(plan.returned(call))
  }

  /** Half a stream is no answer to be returned, not even when there is no better one. */
  private fun broken(call: HttpClientCall, failure: Failure): Arrival {
    call.cancel()
    return Arrival.Next(plan.stream().failed(failure))
  }

  private suspend fun stream(call: HttpClientCall, attempt: Attempt): Arrival {
    val response = call.response
    var channel: ObservedChannel? = null
    val observed =
      call.observed { body ->
        guard.reception
          .observe(body, call.request.url, response.headers, asked, plan, attempt)
          .also { channel = it }
      }
    return stream(observed, checkNotNull(channel))
  }

  private suspend fun stream(call: HttpClientCall, channel: ObservedChannel): Arrival {
    val stream = Arrival.Streaming(call, channel)
    var isOpen = false
    try {
      channel.readAhead(guard::isClosed)?.let {
        return Arrival.Next(it)
      }
      isOpen = true
    } finally {
      if (!isOpen) stream.abandon()
    }
    return stream
  }

  private fun handOver(stream: Arrival.Streaming) {
    val time = guard.settings.resilience.time()
    stream.channel.handOver(StreamLife(stream.call, plan, request, time))
  }
}
