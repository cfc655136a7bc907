package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.patch
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.FailureClass.UNTRUSTED_SERVER
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.utils.io.readLine
import java.net.URI
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeoutOrNull

/** What a caller has of a call. */
private class Had(val text: String, val record: CallRecord?, val thrown: Throwable?)

private fun resilienceOf(row: FailureRow, other: String): Resilience = resilience {
  model(SONNET) {
    attemptTimeout(row.patience)
    firstContentTimeout(row.patience)
    streamGap(row.patience.dividedBy(4))
  }
  model(HAIKU) { patch { endpoint(URI.create(other)) } }
  retry { maxAttempts(1) }
  feature("chat") { bulkhead { maxConcurrentCalls(1) } }
}

private suspend fun HttpClient.had(base: String, way: Way, each: (String) -> Unit): Had {
  val text = StringBuilder()
  fun add(part: String) {
    text.append(part)
    each(text.toString())
  }
  var record: () -> CallRecord? = { null }
  val asking: HttpRequestBuilder.() -> Unit = {
    method = HttpMethod.Post
    url("$base/v1/messages")
    contentType(ContentType.Application.Json)
    setBody(request(SONNET, way.isStream))
    resilience { feature("chat") }
  }
  val thrown =
    runCatching {
        when (way) {
          Way.LINES ->
            preparePost(asking).execute { response ->
              record = { response.resilience }
              val channel = response.bodyAsChannel()
              while (true) add(channel.readLine() ?: break)
            }
          Way.SESSION ->
            sse(asking) {
              record = { call.resilience }
              incoming.collect { add("${it.event}${it.data}") }
            }
          Way.WHOLE -> {
            val response = preparePost(asking).execute()
            record = { response.resilience }
            text.append(response.bodyAsText())
          }
        }
      }
      .exceptionOrNull()
  return Had(text.toString(), thrown?.resilience ?: record(), thrown)
}

private fun Had.caller(way: Way): String {
  val isInterrupted = generateSequence(thrown) { it.cause }.any { it is StreamInterruptedException }
  val isWhole = if (way.isStream) "message_stop" in text else text.endsWith("}")
  return when {
    isInterrupted -> if (isWhole) "interrupted, but has all" else "interrupted"
    thrown != null && record?.attempts()?.last()?.failure() == UNTRUSTED_SERVER -> "no trust"
    thrown != null -> "${thrown.javaClass.name} ${thrown.message}"
    !isWhole -> "half an answer"
    record?.ending() != Ending.ANSWERED -> "an answer that is recorded as ${record?.ending()}"
    record.served() == HAIKU -> "other model"
    else -> "answered"
  }
}

private suspend fun sight(engine: String, way: Way, row: FailureRow): Sight =
  ScriptedProvider.start().use { other ->
    RawServer(row.socket()) { row.act(this, way.isStream) }
      .use { server ->
        val shared = resilienceOf(row, other.baseUrl)
        val client =
          HttpClient(ENGINES.getValue(engine)) {
            install(SSE)
            install(LlmResilience) { use(shared) }
          }
        client.use {
          val had = client.had(row.base(server.port), way) { server.read = it }
          val bulkhead = shared.feature("chat").bulkhead()!!.snapshot()
          val open = row.expected(engine, way).open
          withTimeoutOrNull(5.seconds) {
            while (engine != "Apache5" && server.open > open) delay(5.milliseconds)
          }
          Sight(
            caller = had.caller(way) + if (bulkhead.running() == 0) "" else ", slot held",
            failure = had.record?.attempts()?.firstOrNull()?.failure(),
            counted = shared.breakers().breaker(SONNET).failures(),
            requests = server.requests.size,
            // Apache does not always close the connection of a call that is cancelled.
            open = if (engine == "Apache5") open else maxOf(server.open, open),
          )
        }
      }
  }

class FailureMatrixTest :
  FunSpec({
    context("on every engine; streamed, in a session and whole") {
      withData<FailureRow>({ it.name }, COMPLETE_ROWS + BODY_ROWS + HEAD_ROWS) { row ->
        val cells = ENGINES.keys.flatMap { engine -> Way.entries.map { engine to it } }
        val seen = coroutineScope {
          cells
            .map { (engine, way) -> async(Dispatchers.IO) { sight(engine, way, row) } }
            .awaitAll()
        }

        cells.zip(seen).joinToString("\n") shouldBe
          cells
            .map { (engine, way) -> (engine to way) to row.expected(engine, way) }
            .joinToString("\n")
      }
    }
  })
