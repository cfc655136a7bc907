package dev.holdfast.ktor

import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.ServerResponseException
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.get
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.util.putAll
import io.ktor.utils.io.ByteReadChannel
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

class InstallationTest :
  FunSpec({
    test("models, retry and deadline can be set in the install block") {
      withClient({
        model(SONNET) { circuitBreaker(dev.holdfast.breaker.CircuitBreakerConfig.lowTraffic()) }
        model(HAIKU)
        retry { maxAttempts(1) }
        deadline(10.seconds)
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider).bodyAsText() shouldContain "Hello from $HAIKU"

        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
      }
    }

    context("bad settings are refused when the plugin is installed") {
      withData<Pair<LlmResilienceConfig.() -> Unit, String>>(
        { it.second },
        Pair({}, "chain must have at least 1 model, but was empty"),
        Pair(
          {
            model(SONNET)
            model(SONNET)
          },
          "model must be named once in a chain, but was '$SONNET' again",
        ),
        Pair({ model(" ") }, "name must not be blank, but was ' '"),
        Pair(
          {
            model(SONNET)
            use(resilienceOfTwo())
          },
          "use(resilience) cannot be combined with model, feature, retry, deadline, fallBackOn or alert",
        ),
        Pair(
          {
            use(resilienceOfTwo())
            deadline(1.seconds)
          },
          "use(resilience) cannot be combined with model, feature, retry, deadline, fallBackOn or alert",
        ),
      ) { (configure, message) ->
        val failure = runCatching { HttpClient(CIO) { install(LlmResilience, configure) } }

        failure.exceptionOrNull()?.message shouldBe message
      }
    }

    test("the breakers are shared with code that uses the same Resilience") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())
        repeat(3) { client.ask(provider) }

        shouldThrow<CircuitOpenException> { shared.breakers().withBreaker(SONNET) { "not called" } }
      }
    }

    test("one request may have other settings") {
      withClient({ use(resilienceOfTwo(maxAttempts = 3)) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.ask(provider) {
          resilience {
            maxAttempts(2)
            chain("other", HAIKU)
            deadline(5.seconds)
          }
        }

        provider.askedModels() shouldContainExactly listOf("other", "other", HAIKU, HAIKU)
      }
    }

    test("settings of one request are added to those that it has from another") {
      withClient({ use(resilienceOfTwo(maxAttempts = 3)) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())
        val usual = HttpRequestBuilder().apply { resilience { maxAttempts(1) } }.attributes

        client.ask(provider) {
          attributes.putAll(usual)
          resilience { chain("other", HAIKU) }
        }
        client.ask(provider) { attributes.putAll(usual) }

        provider.askedModels() shouldContainExactly listOf("other", HAIKU, SONNET, HAIKU)
      }
    }

    test("one request may go past the plugin") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) { resilience { off() } }.status.value shouldBe 529

        provider.askedModels() shouldContainExactly listOf(SONNET)
      }
    }

    context("bad settings of one request are refused") {
      withData<Pair<RequestResilience.() -> Unit, String>>(
        { it.second },
        Pair({ maxAttempts(0) }, "maxAttempts must be at least 1, but was 0"),
        Pair({ deadline(0.seconds) }, "deadline must be positive, but was PT0S"),
        Pair({ chain() }, "chain must have at least 1 model, but was empty"),
        Pair(
          { chain(SONNET, SONNET) },
          "model must be named once in a chain, but was '$SONNET' again",
        ),
      ) { (configure, message) ->
        withClient { provider, client ->
          shouldThrow<IllegalArgumentException> { client.ask(provider) { resilience(configure) } }
            .message shouldBe message
          provider.requests().shouldBeEmpty()
        }
      }
    }

    test("with expectSuccess only the last response of the chain becomes an exception") {
      withClient(around = { expectSuccess = true }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())
        client.ask(provider).status.value shouldBe 200
        provider.model(HAIKU).always(Behaviour.serverError())

        shouldThrow<ServerResponseException> { client.ask(provider) }.response.status.value shouldBe
          500
      }
    }

    test("a stream passes through the plugin as it comes, after a fallback as well") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        val text = client.ask(provider, stream = true).bodyAsText()

        text shouldContain "event: message_stop"
      }
    }

    test("a caller of sse falls back before the stream begins") {
      withClient(around = { install(SSE) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())
        val events = mutableListOf<String?>()

        client.sse(
          "${provider.baseUrl}/v1/messages",
          {
            method = HttpMethod.Post
            contentType(ContentType.Application.Json)
            setBody(request(SONNET, stream = true))
          },
        ) {
          incoming.toList().mapTo(events) { it.event }
        }

        events.last() shouldBe "message_stop"
        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
      }
    }

    test("a request without a body passes through") {
      withClient { provider, client ->
        client.get("${provider.baseUrl}/v1/models").status.value shouldBe 404
        provider.requests() shouldHaveSize 1
      }
    }

    test("a body that can be sent only once passes through") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        val response =
          client.post("${provider.baseUrl}/v1/messages") {
            contentType(ContentType.Application.Json)
            setBody(ByteReadChannel(request(SONNET)))
          }

        response.status.value shouldBe 529
        provider.askedModels() shouldContainExactly listOf(SONNET)
      }
    }

    test("a body that is no JSON passes through, and is told once without its content") {
      val told = logged {
        withClient { provider, client ->
          repeat(3) {
            client.post("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody("""{"model":"$SONNET", SECRET""")
            }
          }
          provider.requests() shouldHaveSize 3
        }
      }
      told shouldHaveSize 1
      told.single() shouldNotContain "SECRET"
    }

    test("a body of another type passes through without a word") {
      withClient { provider, client ->
        val response =
          client.post("${provider.baseUrl}/v1/messages") {
            contentType(ContentType.Text.Plain)
            setBody("model")
          }
        response.status.value shouldBe 400
        provider.requests() shouldHaveSize 1
      }
    }
  })
