package dev.holdfast.providers

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class ProviderTest :
  FunSpec({
    context("a host tells its provider") {
      withData<Pair<String, Provider>>(
        { "<${it.first}>" },
        "api.anthropic.com" to Provider.ANTHROPIC,
        "API.Anthropic.com." to Provider.ANTHROPIC,
        "api.openai.com" to Provider.OPENAI,
        "eu.api.openai.com" to Provider.OPENAI,
        "mine.openai.azure.com" to Provider.AZURE_OPENAI,
        "mine.cognitiveservices.azure.com" to Provider.AZURE_OPENAI,
        "mine.services.ai.azure.com" to Provider.AZURE_OPENAI,
        "generativelanguage.googleapis.com" to Provider.GEMINI,
        "aiplatform.googleapis.com" to Provider.VERTEX,
        "europe-west1-aiplatform.googleapis.com" to Provider.VERTEX,
        "bedrock-runtime.eu-west-1.amazonaws.com" to Provider.BEDROCK,
        "bedrock-runtime-fips.us-east-1.amazonaws.com" to Provider.BEDROCK,
        "vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com" to Provider.BEDROCK,
        "openrouter.ai" to Provider.OPENROUTER,
        "api.mistral.ai" to Provider.MISTRAL,
        "codestral.mistral.ai" to Provider.MISTRAL,
        "api.groq.com" to Provider.OPENAI_COMPATIBLE,
        "localhost" to Provider.OPENAI_COMPATIBLE,
        "127.0.0.1" to Provider.OPENAI_COMPATIBLE,
        "" to Provider.OPENAI_COMPATIBLE,
        "notopenrouter.ai" to Provider.OPENAI_COMPATIBLE,
        "api.anthropic.com.example.org" to Provider.OPENAI_COMPATIBLE,
        "evil-api.openai.com" to Provider.OPENAI_COMPATIBLE,
        "bedrock-runtime.example.org" to Provider.OPENAI_COMPATIBLE,
        "s3.eu-west-1.amazonaws.com" to Provider.OPENAI_COMPATIBLE,
      ) { (host, provider) ->
        Provider.ofHost(host) shouldBe provider
      }
    }
  })
