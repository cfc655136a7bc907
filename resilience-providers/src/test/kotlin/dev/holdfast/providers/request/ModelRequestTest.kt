package dev.holdfast.providers.request

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

private data class Shape(
  val url: String,
  val model: String,
  val place: ModelPlace,
  val form: AnswerForm,
  val rewritten: String,
)

private const val ARN =
  "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-v1:0"
private const val ARN_IN_PATH =
  "arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-v1%3A0"
private const val VERTEX = "/v1/projects/p/locations/eu/publishers"

private fun azure(url: String, model: String, rewritten: String) =
  Shape(url, model, ModelPlace.AZURE_DEPLOYMENT, AnswerForm.JSON, rewritten)

private fun gemini(url: String, model: String, form: AnswerForm, rewritten: String) =
  Shape(url, model, ModelPlace.GEMINI_PATH, form, rewritten)

private fun vertex(url: String, model: String, form: AnswerForm, rewritten: String) =
  Shape(url, model, ModelPlace.VERTEX_PATH, form, rewritten)

private fun bedrock(url: String, model: String, form: AnswerForm, rewritten: String) =
  Shape(url, model, ModelPlace.BEDROCK_PATH, form, rewritten)

class ModelRequestTest :
  FunSpec({
    context("the path names the model, and is rewritten") {
      withData<Shape>(
        { it.url },
        azure(
          "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
          "my-gpt",
          "/openai/deployments/a%20b%2Fc/chat/completions?api-version=2024-10-21",
        ),
        azure(
          "https://proxy/base/openai/deployments/d/embeddings",
          "d",
          "https://proxy/base/openai/deployments/a%20b%2Fc/embeddings",
        ),
        gemini(
          "/v1beta/models/gemini-2.5-pro:generateContent?key=a/b",
          "gemini-2.5-pro",
          AnswerForm.JSON,
          "/v1beta/models/a%20b%2Fc:generateContent?key=a/b",
        ),
        gemini(
          "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k",
          "gemini-2.5-pro",
          AnswerForm.EVENTS,
          "/v1beta/models/a%20b%2Fc:streamGenerateContent?alt=sse&key=k",
        ),
        gemini(
          "/v1beta/models/g:streamGenerateContent?key=alt=sse",
          "g",
          AnswerForm.JSON_ARRAY,
          "/v1beta/models/a%20b%2Fc:streamGenerateContent?key=alt=sse",
        ),
        gemini(
          "/v1beta/models/g:countTokens?alt=sse",
          "g",
          AnswerForm.JSON,
          "/v1beta/models/a%20b%2Fc:countTokens?alt=sse",
        ),
        gemini(
          "/v1beta/models/g:embedContent",
          "g",
          AnswerForm.JSON,
          "/v1beta/models/a%20b%2Fc:embedContent",
        ),
        gemini(
          "/v1beta/models/g:batchEmbedContents",
          "g",
          AnswerForm.JSON,
          "/v1beta/models/a%20b%2Fc:batchEmbedContents",
        ),
        vertex(
          "$VERTEX/google/models/g:countTokens",
          "g",
          AnswerForm.JSON,
          "$VERTEX/google/models/a%20b%2Fc:countTokens",
        ),
        vertex(
          "$VERTEX/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
          "gemini-2.5-pro",
          AnswerForm.EVENTS,
          "$VERTEX/google/models/a%20b%2Fc:streamGenerateContent?alt=sse",
        ),
        vertex(
          "$VERTEX/anthropic/models/claude-sonnet-4@20250514:rawPredict",
          "claude-sonnet-4@20250514",
          AnswerForm.JSON,
          "$VERTEX/anthropic/models/a%20b%2Fc:rawPredict",
        ),
        vertex(
          "$VERTEX/anthropic/models/claude-sonnet-4%4020250514:streamRawPredict",
          "claude-sonnet-4@20250514",
          AnswerForm.EVENTS,
          "$VERTEX/anthropic/models/a%20b%2Fc:streamRawPredict",
        ),
        bedrock("/model/$ARN_IN_PATH/converse", ARN, AnswerForm.JSON, "/model/a%20b%2Fc/converse"),
        bedrock(
          "https://host/x/model/amazon.nova-pro-v1:0/converse-stream",
          "amazon.nova-pro-v1:0",
          AnswerForm.AWS_EVENTS,
          "https://host/x/model/a%20b%2Fc/converse-stream",
        ),
        bedrock("/model/m/invoke", "m", AnswerForm.JSON, "/model/a%20b%2Fc/invoke"),
        bedrock(
          "/model/m/invoke-with-response-stream#x",
          "m",
          AnswerForm.AWS_EVENTS,
          "/model/a%20b%2Fc/invoke-with-response-stream#x",
        ),
      ) { shape ->
        val body = """{"messages":[],"model":"in the body"}"""
        val request = ModelRequest.parse(shape.url, body)!!
        val rewritten = request.withModel("a b/c")

        request.model shouldBe shape.model
        request.place shouldBe shape.place
        request.answerForm shouldBe shape.form
        rewritten.url shouldBe shape.rewritten
        rewritten.body shouldBe body
        rewritten.needsSignature shouldBe (shape.place == ModelPlace.BEDROCK_PATH)
        ModelRequest.parse(rewritten.url, body)!!.model shouldBe "a b/c"
      }
    }

    context("elsewhere the body names the model") {
      withData<String>(
        { "<${it.take(60)}>" },
        "/v1/messages",
        "/v1/chat/completions",
        "/openai/v1/responses",
        "/openai/deployments/d",
        "/v1/models/m",
        "/v1beta/models/m:listVoices",
        "/v1beta/models/m:generateContent/more",
        "/model/a/b/converse",
        "/model//converse",
        "/v1/messages?at=/model/m/converse",
        "",
      ) { url ->
        val request = ModelRequest.parse(url, """{"model":"m","stream":true}""")!!
        val rewritten = request.withModel("n")

        request.place shouldBe ModelPlace.BODY
        request.answerForm shouldBe AnswerForm.EVENTS
        rewritten.url shouldBe url
        rewritten.body shouldBe """{"model":"n","stream":true}"""
        ModelRequest.parse(url, "{}") shouldBe null
      }
    }

    context("where the path should name the model and does not, the body does not decide") {
      withData<String>(
        { "<${it.take(60)}>" },
        "/model/%/converse",
        "/model/%f/converse",
        "/model/%ff/converse",
        "/model/%0A/converse",
        "/model/../converse",
        "/model/%2e%2E/converse",
        "/model/${"m".repeat(2049)}/converse",
        "/openai/deployments/${"d".repeat(201)}/chat/completions",
      ) { url ->
        ModelRequest.parse(url, """{"model":"m"}""") shouldBe null
      }
    }

    test("the body of a deployment says whether it streams") {
      val url = "/openai/deployments/d/chat/completions"

      ModelRequest.parse(url, """{"stream":true}""")!!.answerForm shouldBe AnswerForm.EVENTS
    }

    test("what counts or embeds does not stream, whatever the body says") {
      val request = ModelRequest.parse("/v1beta/models/m:countTokens", """{"stream":true}""")!!

      request.answerForm shouldBe AnswerForm.JSON
    }

    test("a path is enough, whatever the body") {
      val request = ModelRequest.parse("/model/m/invoke", "no JSON")!!

      request.withModel("n", SwitchRules.OTHER_MODEL).body shouldBe "no JSON"
    }

    test("the same model leaves the URL as it was") {
      val request = ModelRequest.parse("/model/%6D/converse", "{}")!!

      request.withModel("m").url shouldBe "/model/%6D/converse"
    }

    context("a name that would lead elsewhere is refused") {
      withData<String>({ "<${it.take(9)}>" }, ".", "..", "", "a\nb", "m".repeat(2049)) { name ->
        val request = ModelRequest.parse("/model/m/converse", "{}")!!

        shouldThrow<IllegalArgumentException> { request.withModel(name) }
      }
    }

    test("an ARN is a name in Bedrock's path alone") {
      val arn = "a".repeat(2048)

      ModelRequest.parse("/model/m/converse", "{}")!!.withModel(arn).url shouldBe
        "/model/$arn/converse"
      shouldThrow<IllegalArgumentException> {
        ModelRequest.parse("/v1/messages", """{"model":"m"}""")!!.withModel(arn)
      }
    }

    test("the rules and the new model apply to the original request each time") {
      val body = """{"model":"a","max_tokens":5}"""
      val request = ModelRequest.parse("/v1/chat/completions", body)!!

      val first = request.withModel("b", SwitchRules.of(SwitchRule.USE_MAX_COMPLETION_TOKENS))

      first.body shouldBe """{"model":"b","max_completion_tokens":5}"""
      request.withModel("c").body shouldBe """{"model":"c","max_tokens":5}"""
      request.withModel("a").body shouldBe body
    }

    test("texts tell nothing of the URL and the body") {
      val request = ModelRequest.parse("/v1?key=SECRET", """{"model":"m","prompt":"SECRET"}""")!!

      request.toString() shouldNotContain "SECRET"
      request.withModel("n").toString() shouldNotContain "SECRET"
    }
  })
