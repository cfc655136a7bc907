package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.plugins.onUpload
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.content.ChannelWriterContent
import io.ktor.http.contentType
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.writeStringUtf8
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlinx.serialization.json.Json

class RequestFormTest :
  FunSpec({
    context("every form of a request falls back, on every engine") {
      val rows =
        ENGINES.keys.flatMap { engine ->
          (Form.entries - Form.CHANNEL).flatMap { form ->
            Reading.entries.map { Triple(engine, form, it) }
          }
        }
      withData<Triple<String, Form, Reading>>(
        { (engine, form, reading) -> "$engine $form $reading" },
        rows,
      ) { (engine, form, reading) ->
        withEngine(engine, around = formsAround) { provider, client ->
          provider.model(SONNET).always(Behaviour.overloaded())

          val answer = client.answer(provider, reading, form.set)

          when (reading) {
            Reading.TEXT -> answer shouldStartWith """{"id":"msg_scripted_2""""
            Reading.EXECUTE -> answer shouldStartWith "event: message_start"
            Reading.SSE -> answer shouldBe "message_stop"
          }
          provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
          val fallback = provider.requests(HAIKU).single()
          fallback.body shouldBe request(HAIKU, reading.streams)
          fallback.headers["content-type"]?.map { it.substringBefore(';') } shouldBe
            listOf("application/json")
          (fallback.header("content-length")?.toInt() ?: fallback.body.length) shouldBe
            fallback.body.length
        }
      }
    }

    test("what writes a body is run once for all attempts") {
      val written = AtomicInteger()
      withClient({ use(resilienceOfTwo(maxAttempts = 3)) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) {
          val write: suspend io.ktor.utils.io.ByteWriteChannel.() -> Unit = {
            written.incrementAndGet()
            writeStringUtf8(request(SONNET))
          }
          setBody(ChannelWriterContent(write, ContentType.Application.Json))
        }

        provider.requests().size shouldBe 4
        written.get() shouldBe 1
      }
    }

    test("what fails in writing a body reaches the caller, and no model is asked") {
      withClient { provider, client ->
        val failure = runCatching {
          client.ask(provider) {
            val write: suspend io.ktor.utils.io.ByteWriteChannel.() -> Unit = {
              writeStringUtf8("""{"model":""")
              error("cannot be written")
            }
            setBody(ChannelWriterContent(write, ContentType.Application.Json))
          }
        }

        failure.exceptionOrNull()?.message shouldBe "cannot be written"
        provider.requests().size shouldBe 0
      }
    }

    test("an upload is observed in the attempt at another model as well") {
      val sent = AtomicLong()
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) { onUpload { bytes, _ -> sent.addAndGet(bytes) } }

        sent.get() shouldBeGreaterThan request(SONNET).length.toLong()
      }
    }

    context("a body that can be sent only once is sent once") {
      withData(ENGINES.keys) { engine ->
        val shared = resilienceOfTwo(maxAttempts = 3)
        withEngine(engine, { use(shared) }) { provider, client ->
          provider.model(SONNET).always(Behaviour.overloaded())

          val response =
            client.ask(provider) {
              setBody(ByteReadChannel(request(SONNET)))
              resilience { chain(SONNET, HAIKU) }
            }

          response.status.value shouldBe 529
          provider.askedModels() shouldContainExactly listOf(SONNET)
          shared.breakers().breaker(SONNET).failures() shouldBe 1
        }
      }
    }

    test("a body that can be sent only once is guarded by the model in its path") {
      val shared = resilienceOfTwo(maxAttempts = 3)
      withClient({ use(shared) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.ask(provider, path = "/v1beta/models/$SONNET:generateContent") {
          setBody(ByteReadChannel("{}"))
        }

        provider.requests().size shouldBe 1
        shared.breakers().breaker(SONNET).failures() shouldBe 1
      }
    }

    context("a failed answer that would be streamed tells by its body what it is") {
      withData(ENGINES.keys) { engine ->
        withEngine(engine, { use(resilienceOfTwo(maxAttempts = 3)) }, formsAround) {
          provider,
          client ->
          val spent = """{"error":{"message":"Spent.","code":"insufficient_quota"}}"""
          provider.anyModel().always(Behaviour.status(429, spent))

          val body =
            client
              .preparePost("${provider.baseUrl}/v1/messages") {
                contentType(ContentType.Application.Json)
                setBody(request(SONNET, stream = true))
              }
              .execute { it.bodyAsText() }

          body shouldBe spent
          provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
        }
      }
    }

    test("failed answers that would be streamed hold no connection") {
      withClient(
        { use(resilienceOfTwo(maxAttempts = 3)) },
        within = { engine { endpoint { maxConnectionsPerRoute = 1 } } },
      ) { provider, client ->
        repeat(3) {
          provider.model(SONNET).next(Behaviour.serverError(), Behaviour.overloaded())
          client.answer(provider, Reading.EXECUTE, Form.STRING.set) shouldStartWith
            "event: message_start"
        }
        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }
  })
