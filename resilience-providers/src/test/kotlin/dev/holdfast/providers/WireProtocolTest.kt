package dev.holdfast.providers

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class WireProtocolTest :
  FunSpec({
    context("a path tells the protocol") {
      withData<Pair<String, WireProtocol?>>(
        { it.first },
        "/v1/messages" to WireProtocol.ANTHROPIC_MESSAGES,
        "/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict" to
          WireProtocol.ANTHROPIC_MESSAGES,
        "/v1/chat/completions" to WireProtocol.OPENAI_CHAT,
        "/openai/deployments/my-gpt/chat/completions/" to WireProtocol.OPENAI_CHAT,
        "/v1/responses" to WireProtocol.OPENAI_RESPONSES,
        "/v1beta/models/gemini-2.5-pro:generateContent" to WireProtocol.GEMINI,
        "/v1beta/models/gemini-2.5-pro:streamGenerateContent" to WireProtocol.GEMINI,
        "/model/anthropic.claude/converse" to WireProtocol.BEDROCK_CONVERSE,
        "/model/anthropic.claude/converse-stream" to WireProtocol.BEDROCK_CONVERSE,
        "/model/anthropic.claude/invoke" to WireProtocol.BEDROCK_INVOKE,
        "/model/anthropic.claude/invoke-with-response-stream" to WireProtocol.BEDROCK_INVOKE,
        "/v1/projects/p/publishers/mistralai/models/m:streamRawPredict" to null,
        "/v1/embeddings" to null,
        "/v1beta/models/gemini-2.5-pro:countTokens" to null,
        "/v1beta/models/gemini-embedding:embedContent" to null,
        "/v1beta/models/gemini-embedding:batchEmbedContents" to null,
        "/" to null,
      ) { (path, protocol) ->
        WireProtocol.ofPath(path) shouldBe protocol
      }
    }
  })
