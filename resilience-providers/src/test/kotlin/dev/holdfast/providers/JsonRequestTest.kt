package dev.holdfast.providers

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class JsonRequestTest :
  FunSpec({
    context("the model and the stream flag are read") {
      withData<Triple<String, String?, Boolean>>(
        { it.first },
        Triple("""{"model":"m"}""", "m", false),
        Triple("""{"a":{"model":"inner"},"model":"m","b":[1,{"model":"x"}]}""", "m", false),
        Triple("""{"model":"m","stream":true}""", "m", true),
        Triple("""{"stream":true,"model":"m"}""", "m", true),
        Triple("""{"model":"m","stream":"yes"}""", "m", false),
        Triple("""{"model":"\u006d"}""", "m", false),
        Triple("""{"model":1}""", null, false),
        Triple("""{"model":null}""", null, false),
        Triple("""{"model":["m"]}""", null, false),
        Triple("""{"model":" "}""", null, false),
        Triple("""{}""", null, false),
        Triple("""[{"model":"m"}]""", null, false),
        Triple("null", null, false),
        Triple("3", null, false),
        Triple(""""m"""", null, false),
        Triple("""{"model":"a\nb"}""", null, false),
        Triple("""{"model":"${"m".repeat(201)}"}""", null, false),
      ) { (text, model, streams) ->
        val request = JsonRequest.parse(text)

        request?.model shouldBe model
        request?.streams shouldBe streams
      }
    }

    context("what is no JSON is not read") {
      withData<String>(
        { "<$it>" },
        "",
        "model",
        """{"model":"m"""",
        """{"model" "m"}""",
        "<html>",
      ) {
        JsonRequest.parse(it) shouldBe null
      }
    }

    test("another model takes the place of the first, and nothing else changes") {
      val text = """{"max":1.50,"big":12345678901234567890,"model":"a","text":"é\"\n","x":[null]}"""

      val changed = JsonRequest.parse(text)!!.withModel("b")

      changed shouldBe text.replace("\"a\"", "\"b\"")
    }

    test("the same model leaves the body as it was, to the last space") {
      val text = """{ "model" : "a" }"""

      JsonRequest.parse(text)!!.withModel("a") shouldBe text
    }

    test("its text tells nothing of the prompt") {
      val request = JsonRequest.parse("""{"model":"a","prompt":"SECRET"}""")

      request.toString() shouldNotContain "SECRET"
    }
  })
