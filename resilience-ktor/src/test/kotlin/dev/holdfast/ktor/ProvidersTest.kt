package dev.holdfast.ktor

import dev.holdfast.providers.Provider
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class ProvidersTest :
  FunSpec({
    val providers = Providers(mapOf("gateway.example" to Provider.OPENROUTER))

    context("the host tells the provider, then a name given to it, then the path") {
      withData<Triple<String, String, Provider>>(
        { "${it.first}${it.second}" },
        Triple("api.openai.com", "/v1/messages", Provider.OPENAI),
        Triple("GATEWAY.example", "/v1/messages", Provider.OPENROUTER),
        Triple("localhost", "/v1/messages", Provider.ANTHROPIC),
        Triple("localhost", "/v1/chat/completions", Provider.OPENAI_COMPATIBLE),
        Triple("localhost", "/v1/responses", Provider.OPENAI_COMPATIBLE),
        Triple("localhost", "/openai/deployments/d/chat/completions", Provider.AZURE_OPENAI),
        Triple("localhost", "/v1beta/models/m:streamGenerateContent", Provider.GEMINI),
        Triple("localhost", "/v1/publishers/google/models/m:generateContent", Provider.VERTEX),
        Triple("localhost", "/v1/publishers/anthropic/models/m:rawPredict", Provider.VERTEX),
        Triple("localhost", "/model/m/converse-stream", Provider.BEDROCK),
        Triple("localhost", "/anything", Provider.OPENAI_COMPATIBLE),
      ) { (host, path, expected) ->
        providers.of(host, path) shouldBe expected
      }
    }

    test("known are the hosts of providers and those that were named") {
      providers.knowsHost("gateway.EXAMPLE") shouldBe true
      providers.knowsHost("api.anthropic.com") shouldBe true
      providers.knowsHost("localhost") shouldBe false
    }

    test("a host may be named by an IPv6 address, in brackets as addresses have it") {
      val config = LlmResilienceConfig()
      config.model(SONNET)
      config.provider("[::1]", Provider.OPENROUTER)

      config.settings().providers.of("[::1]", "/v1/messages") shouldBe Provider.OPENROUTER
      shouldThrow<IllegalArgumentException> { config.provider("::1", Provider.OPENROUTER) }
    }
  })
