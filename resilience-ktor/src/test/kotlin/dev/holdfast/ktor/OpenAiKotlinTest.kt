package dev.holdfast.ktor

import com.aallam.openai.api.chat.ChatCompletionRequest
import com.aallam.openai.api.chat.ChatMessage
import com.aallam.openai.api.chat.ChatRole
import com.aallam.openai.api.exception.OpenAIException
import com.aallam.openai.api.exception.RateLimitException
import com.aallam.openai.api.http.Timeout
import com.aallam.openai.api.logging.LogLevel
import com.aallam.openai.api.model.ModelId
import com.aallam.openai.client.LoggingConfig
import com.aallam.openai.client.OpenAI
import com.aallam.openai.client.OpenAIConfig
import com.aallam.openai.client.OpenAIHost
import com.aallam.openai.client.RetryStrategy
import dev.holdfast.Resilience
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.plugins.ResponseException
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList

private val QUESTION =
  ChatCompletionRequest(
    model = ModelId(SONNET),
    messages = listOf(ChatMessage(role = ChatRole.User, content = "Hi")),
  )

/** What a test of openai-kotlin works with. */
private class Chat(val provider: ScriptedProvider, val resilience: Resilience, val api: OpenAI) {
  val records = CopyOnWriteArrayList<CallRecord>()
  val asked: List<String>
    get() = provider.requests().map { it.chatModel }

  /** The text that a stream consists of. */
  suspend fun streamed(): String =
    api.chatCompletions(QUESTION).toList().joinToString("") {
      it.choices.single().delta?.content.orEmpty()
    }

  suspend fun onlyRecord(): CallRecord {
    eventually(5.seconds) { records shouldHaveSize 1 }
    return records.single()
  }
}

private suspend fun openAi(
  engine: String = "CIO",
  retries: RetryStrategy = RetryStrategy(maxRetries = 0),
  timeout: Timeout = Timeout(socket = 2.minutes),
  test: suspend Chat.() -> Unit,
) {
  val resilience = resilienceOfTwo()
  ScriptedProvider.start().use { provider ->
    ENGINES.getValue(engine).create().use { ktor ->
      val api =
        OpenAI(
          OpenAIConfig(
            token = "TOKEN",
            host = OpenAIHost("${provider.baseUrl}/v1/"),
            timeout = timeout,
            retry = retries,
            logging = LoggingConfig(logLevel = LogLevel.None),
            engine = ktor,
            httpClientConfig = { install(LlmResilience) { use(resilience) } },
          )
        )
      api.use {
        val chat = Chat(provider, resilience, it)
        resilience.onCall { record -> chat.records += record }
        chat.test()
      }
    }
  }
}

class OpenAiKotlinTest :
  FunSpec({
    for (engine in ENGINES.keys) {
      context("openai-kotlin on $engine: another model answers when the first one says") {
        withData<Pair<Behaviour, FailureClass>>(
          { "${it.first}" },
          Behaviour.overloaded() to FailureClass.OVERLOADED,
          chatError(500, "server_error") to FailureClass.SERVER_ERROR,
          chatError(429, "requests", mapOf("retry-after" to "600")) to FailureClass.RATE_LIMITED,
        ) { (behaviour, failure) ->
          openAi(engine) {
            provider.speakChat(SONNET to behaviour)

            val answer = api.chatCompletion(QUESTION)

            answer.choices.single().message.content shouldBe "Hello from $HAIKU"
            answer.model.id shouldBe HAIKU
            asked shouldContainExactly listOf(SONNET, HAIKU)
            provider.requests().map { it.header("authorization") }.toSet() shouldBe
              setOf("Bearer TOKEN")
            val record = onlyRecord()
            record.served() shouldBe HAIKU
            record.attempts().first().failure() shouldBe failure
          }
        }
      }

      test("openai-kotlin on $engine: a stream that is complete") {
        openAi(engine) {
          provider.speakChat()

          streamed() shouldBe "Hello from $SONNET"

          onlyRecord().ending() shouldBe CallRecord.Ending.ANSWERED
          asked shouldContainExactly listOf(SONNET)
        }
      }

      test("openai-kotlin on $engine: a stream that is refused comes from another model") {
        openAi(engine) {
          provider.speakChat(SONNET to Behaviour.overloaded())

          streamed() shouldBe "Hello from $HAIKU"

          asked shouldContainExactly listOf(SONNET, HAIKU)
          onlyRecord().served() shouldBe HAIKU
        }
      }

      test("openai-kotlin on $engine: a stream that is cut after content never just ends") {
        openAi(engine) {
          provider.speakChat(SONNET to cutChatStream(SONNET, 2))

          val thrown = shouldThrow<OpenAIException> { streamed() }

          generateSequence<Throwable>(thrown) { it.cause }
            .filterIsInstance<StreamInterruptedException>()
            .first()
            .model() shouldBe SONNET
          thrown.resilience?.attempts()?.size shouldBe 1
          asked shouldContainExactly listOf(SONNET)
          resilience.breakers().breaker(SONNET).failures() shouldBe 1
        }
      }

      test("openai-kotlin on $engine: its reader stops at DONE, and the stream is complete") {
        openAi(engine) {
          provider.speakChat(SONNET to chatStream(SONNET, after = ": bye\n".repeat(200_000)))

          streamed() shouldBe "Hello from $SONNET"

          onlyRecord().ending() shouldBe CallRecord.Ending.ANSWERED
          resilience.breakers().breaker(SONNET).failures() shouldBe 0
        }
      }
    }

    test("openai-kotlin: a reader who has enough of a stream says nothing against the model") {
      openAi {
        provider.speakChat()

        api.chatCompletions(QUESTION).first().choices.single().delta?.content shouldBe "Hello from "

        onlyRecord()
        resilience.breakers().breaker(SONNET).failures() shouldBe 0
      }
    }

    test("openai-kotlin: when all is lost, its own exception has the last response behind it") {
      openAi {
        val limited = chatError(429, "requests", mapOf("retry-after" to "600"))
        provider.speakChat(SONNET to limited, HAIKU to limited)

        val thrown = shouldThrow<RateLimitException> { api.chatCompletion(QUESTION) }

        thrown.error.detail?.type shouldBe "requests"
        val response = thrown.cause.shouldBeInstanceOf<ResponseException>().response
        response.resilience?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
      }
    }

    test("openai-kotlin: its own limit of silence is told once, if it ends whole answers") {
      val told = logged {
        openAi(timeout = Timeout(socket = 30.seconds)) {
          provider.speakChat()
          streamed()
          repeat(2) { api.chatCompletion(QUESTION) }
        }
      }
      told.single() shouldStartWith "HttpTimeout ends an attempt after 30000 ms of silence"
    }

    test("openai-kotlin: without retries of its own there is nothing to warn of") {
      logged {
          openAi {
            provider.speakChat()
            api.chatCompletion(QUESTION)
          }
        }
        .shouldBeEmpty()
    }

    test("openai-kotlin: its own retries are told once, and how to switch them off") {
      val told = logged {
        openAi(retries = RetryStrategy()) {
          provider.speakChat()
          repeat(2) { api.chatCompletion(QUESTION) }
        }
      }
      told.single() shouldStartWith "HttpRequestRetry is installed beside"
      told.single() shouldContain "RetryStrategy(maxRetries = 0)"
    }
  })
