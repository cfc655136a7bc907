package dev.holdfast.providers.request

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

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
        Triple("""{"model":"half \ud83d pair"}""", null, false),
        Triple("""{"mod\u0065l":"m","str\u0065am":true}""", "m", true),
        Triple("""{"model":"a","model":"b"}""", "b", false),
        Triple("""{"model":"m","stream":"true"}""", "m", false),
        Triple("""{"models":["a","b"],"stream":true}""", "a", true),
        Triple("""{"models":["a","b"],"model":"m"}""", "m", false),
        Triple("""{"models":[]}""", null, false),
        Triple("""{"models":"m"}""", null, false),
        Triple("""{"model":"m","deep":${"[".repeat(199)}${"]".repeat(199)}}""", "m", false),
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
        """{"model":"m"} x""",
        """{"model":"m",}""",
        """{"model":"m","n":01}""",
        """{"model":"m","n":NaN}""",
        """{"model":"m","n":+1}""",
        """{"model":"m","n":1.}""",
        """{"model":"m","n":[1,]}""",
        """{"model":"m","n":[1 2]}""",
        """{"model":"m","n":truest}""",
        """{"model":"m","n":"\x"}""",
        """{"model":"m","n":"\u12٣4"}""",
        """{"model":"m","n":"\u12""",
        """{model:"m"}""",
        "{'model':'m'}",
        "\u0000",
      ) {
        JsonRequest.parse(it) shouldBe null
      }
    }

    context("what is nested to exhaust the stack is not read") {
      withData<String>(
        { "${it.take(8)}…, ${it.length}" },
        "[".repeat(100_000),
        "[".repeat(100_000) + "]".repeat(100_000),
        "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000),
        """{"model":"m","deep":${"[".repeat(200)}${"]".repeat(200)}}""",
      ) {
        JsonRequest.parse(it) shouldBe null
      }
    }

    test("another model takes the place of the first, and nothing else changes") {
      val text = """{"max":1.50,"big":12345678901234567890,"model":"a","text":"é\"\n","x":[null]}"""

      val changed = JsonRequest.parse(text)!!.withModel("b")

      changed shouldBe text.replace("\"a\"", "\"b\"")
    }

    context("the model is replaced wherever the body names it") {
      withData<Pair<String, String>>(
        { it.first },
        """{ "model" : "a" , "n" : 1.0 }""" to """{ "model" : "b" , "n" : 1.0 }""",
        """{"model":null}""" to """{"model":"b"}""",
        """{"model":{"model":"a"}}""" to """{"model":"b"}""",
        """{"mod\u0065l":"a"}""" to """{"mod\u0065l":"b"}""",
        """{"model":"a","x":1,"model":"c"}""" to """{"model":"b","x":1,"model":"b"}""",
        """{"models":["a","c"]}""" to """{"models":["b"]}""",
        """{"model":"a","models":["c"]}""" to """{"model":"b","models":["b"]}""",
        """{"model":"a","models":{}}""" to """{"model":"b","models":{}}""",
        "{}" to """{"model":"b"}""",
        """ {"x":1}""" to """ {"model":"b","x":1}""",
        """["model"]""" to """["model"]""",
        "3" to "3",
      ) { (text, changed) ->
        JsonRequest.parse(text)!!.withModel("b") shouldBe changed
      }
    }

    test("a name is written so that it is read again") {
      val name = "a\"b\\c/é😀"

      JsonRequest.parse(JsonRequest.parse("{}")!!.withModel(name))!!.model shouldBe name
    }

    test("a name that could not be read again is refused") {
      val request = JsonRequest.parse("{}")!!

      for (name in listOf("", " ", "a\nb", "m".repeat(201), "\ud83d")) {
        shouldThrow<IllegalArgumentException> { request.withModel(name) }.message shouldStartWith
          "model must have 1 to 200 characters"
      }
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
