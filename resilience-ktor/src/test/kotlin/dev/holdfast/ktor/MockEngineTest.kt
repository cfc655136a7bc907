package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.MockEngineConfig
import io.ktor.client.engine.mock.MockRequestHandleScope
import io.ktor.client.engine.mock.respond
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.contentType
import io.ktor.http.headersOf
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.writeStringUtf8
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private const val ADDRESS = "https://api.anthropic.com/v1/messages"

private fun MockRequestHandleScope.answer(): HttpResponseData =
  respond(JSON_BEGUN + JSON_REST, headers = headersOf(HttpHeaders.ContentType, "application/json"))

/** The tests that users of the plugin write for their own code. */
@OptIn(ExperimentalCoroutinesApi::class)
class MockEngineTest :
  FunSpec({
    fun client(engine: MockEngine) =
      HttpClient(engine) { install(LlmResilience) { use(resilienceOfTwo()) } }

    suspend fun HttpClient.askMock() =
      post(ADDRESS) {
        contentType(ContentType.Application.Json)
        setBody(request(SONNET))
      }

    test("in the virtual time of a test no attempt is over before its engine has answered") {
      runTest {
        // The threads of this engine know nothing of the time of the test.
        val client = client(MockEngine { answer() })

        val record = client.askMock().resilience!!

        record.attempts().map { it.failure() } shouldContainExactly listOf(null)
      }
    }

    test("in the virtual time of a test no stream is silent for too long") {
      runTest {
        val hasLeapt = CountDownLatch(1)
        launch {
          delay(1.hours)
          hasLeapt.countDown()
        }
        val client =
          client(
            MockEngine {
              val body = ByteChannel(autoFlush = true)
              thread {
                hasLeapt.await()
                runBlocking {
                  body.writeStringUtf8(STREAM_BEGUN + STREAM_REST)
                  body.flushAndClose()
                }
              }
              respond(body, headers = headersOf(HttpHeaders.ContentType, "text/event-stream"))
            }
          )
        val record =
          client
            .preparePost(ADDRESS) {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream = true))
            }
            .execute { response ->
              response.bodyAsText()
              response.resilience!!
            }

        record.served() shouldBe SONNET
      }
    }

    test("an engine that is in the time of the test hangs until that says so") {
      runTest {
        var isFirst = true
        val client =
          client(
            mockOf(this) {
              if (isFirst) {
                isFirst = false
                delay(10.minutes)
              }
              answer()
            }
          )

        val record = client.askMock().resilience!!

        record.attempts().map { it.failure() } shouldContainExactly
          listOf(FailureClass.TIMED_OUT, null)
        currentTime shouldBe 1.minutes.inWholeMilliseconds
      }
    }

    test("in the virtual time of a test a pause takes no time") {
      runTest {
        val statuses = ArrayDeque(listOf(529, 200))
        val client =
          HttpClient(
            MockEngine {
              when (val status = statuses.removeFirst()) {
                200 -> answer()
                else -> respond("", HttpStatusCode.fromValue(status))
              }
            }
          ) {
            install(LlmResilience) { model(SONNET) }
          }

        client.askMock().resilience?.attempts()?.size shouldBe 2
      }
    }
  })

private fun mockOf(
  test: TestScope,
  answer: suspend MockRequestHandleScope.() -> HttpResponseData,
): MockEngine =
  MockEngine(
    MockEngineConfig().apply {
      dispatcher = StandardTestDispatcher(test.testScheduler)
      addHandler { answer() }
    }
  )
