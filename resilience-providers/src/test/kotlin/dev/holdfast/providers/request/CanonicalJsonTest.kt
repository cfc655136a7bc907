package dev.holdfast.providers.request

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.util.Random
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.JsonUnquotedLiteral

private fun canonical(json: String, without: Set<String> = setOf()): String? =
  CanonicalJson.of(json, without)?.decodeToString()

private val numbers = listOf("0", "1", "-7", "0.70", "1e400", "12345678901234567890")

private fun Random.value(depth: Int): JsonElement =
  when (nextInt(if (depth == 0) 4 else 6)) {
    0 -> JsonUnquotedLiteral(numbers[nextInt(numbers.size)])
    1 -> JsonPrimitive(nextBoolean())
    2 -> JsonPrimitive("\"\\\n\u0001é😀 ".take(nextInt(8)))
    3 -> JsonPrimitive("${nextInt(100)}")
    4 -> JsonArray(List(nextInt(4)) { value(depth - 1) })
    else -> members(depth - 1)
  }

private fun Random.members(depth: Int): JsonObject =
  JsonObject(List(nextInt(5)) { "é\"${nextInt(9)}" to value(depth) }.toMap())

/** The same value, written in another way. */
private fun Random.written(value: JsonElement): String {
  val space = { " \t\r\n".take(nextInt(5)) }
  return space() +
    when (value) {
      is JsonObject ->
        value.entries.shuffled(this).joinToString(",", "{", "${space()}}") { (name, member) ->
          "${space()}${written(JsonPrimitive(name))}${space()}:${written(member)}"
        }
      is JsonArray -> value.joinToString(",", "[", "]") { written(it) + space() }
      is JsonPrimitive ->
        if (!value.isString) value.content
        else
          value.content.toCharArray().joinToString("", "\"", "\"") {
            if (nextBoolean() || it < ' ' || it in "\"\\") "\\u%04X".format(it.code) else "$it"
          }
    } +
    space()
}

class CanonicalJsonTest :
  FunSpec({
    context("a request has one form") {
      withData<Pair<String, String>>(
        { "<${it.first.take(40)}>" },
        """ { "b" : [ 1 , 2 ] , "a" : { } } """ to """{"a":{},"b":[1,2]}""",
        """{"b":{"d":1,"c":2},"a":[{"f":1,"e":[]}]}""" to
          """{"a":[{"e":[],"f":1}],"b":{"c":2,"d":1}}""",
        // By code units: the surrogates of an emoji come before a letter of the private use area.
        "{\"\uE000\":1,\"\uD83D\uDE00\":2,\"\":3,\"B\":4,\"a\":5}" to
          "{\"\":3,\"B\":4,\"a\":5,\"\uD83D\uDE00\":2,\"\uE000\":1}",
        """["\u0061\/\"\\\b\f\n\r\t\u001F\u00e9\u007f"]""" to
          "[\"a/\\\"\\\\\\b\\f\\n\\r\\t\\u001fé\u007f\"]",
        """["\ud83d\ude00","\ud83d","\ude00\ud83d"]""" to
          "[\"\uD83D\uDE00\",\"\\ud83d\",\"\\ude00\\ud83d\"]",
        "[true,false,null,\"1.0\"]" to "[true,false,null,\"1.0\"]",
        "[1,1.0,1e0,10E-1,0.1e+1,100,1e2,-1.00,0,-0,0.0,-0e9]" to "[1,1,1,1,1,100,100,-1,0,0,0,0]",
        "[0.7,0.70,7e-1,1.5e0]" to "[0.7,0.70,7e-1,1.5e0]",
        "[1e39,1e40,1e2147483647,1e99999999999,1e-99999999999]" to
          "[1${"0".repeat(39)},1e40,1e2147483647,1e99999999999,1e-99999999999]",
        "3" to "3",
        " \"x\" " to "\"x\"",
        "[".repeat(200) + "]".repeat(200) to "[".repeat(200) + "]".repeat(200),
      ) { (json, expected) ->
        canonical(json) shouldBe expected
        canonical(expected) shouldBe expected
        CanonicalJson.of(json.encodeToByteArray())?.decodeToString() shouldBe expected
      }
    }

    context("what has no such form is null") {
      withData<String>(
        { "<${it.take(40)}>" },
        "",
        "{",
        "{\"a\":1}x",
        "[01]",
        "[\"a\nb\"]",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "[{\"b\":{\"a\":1,\"a\":1}}]",
        "[".repeat(201) + "]".repeat(201),
      ) { json ->
        canonical(json) shouldBe null
        CanonicalJson.of(json.encodeToByteArray()) shouldBe null
      }
    }

    test("bytes that are no UTF-8 have no form") {
      CanonicalJson.of(byteArrayOf('"'.code.toByte(), -1, '"'.code.toByte())) shouldBe null
    }

    test("members that make no difference are left out at the top alone") {
      val json = """{"stream":true,"user":"u","messages":[{"user":"v"}]}"""

      canonical(json, setOf("stream", "user", "metadata")) shouldBe
        """{"messages":[{"user":"v"}]}"""
      canonical("""{"user":1,"user":2}""", setOf("user")) shouldBe null
      canonical("""["user"]""", setOf("user")) shouldBe """["user"]"""
    }

    test("the order of members, spaces and escapes make no difference") {
      repeat(2_000) { seed ->
        val random = Random(seed.toLong())
        val value = random.members(3)

        canonical(random.written(value)) shouldBe canonical(random.written(value))
        Json.parseToJsonElement(canonical(random.written(value))!!) shouldBe value
      }
    }

    test("another value, name or order of elements makes one") {
      repeat(2_000) { seed ->
        val random = Random(seed.toLong())
        val one = random.members(2)
        val other = random.members(2)
        if (one != other) canonical("$one") shouldNotBe canonical("$other")
      }
    }

    test("no text is too strange") {
      val random = Random(7)
      repeat(20_000) {
        val json = random.members(2).toString()
        val at = random.nextInt(json.length)
        val noise = "{}[]\",:\\u0e-. \n".let { it[random.nextInt(it.length)] }
        val changed = json.replaceRange(at, at + random.nextInt(2), "$noise")
        canonical(changed)?.let { canonical(it) shouldBe it }
        CanonicalJson.promptText(changed.encodeToByteArray())
      }
    }

    context("the text of a prompt is told in its order") {
      withData<Pair<String, String?>>(
        { "<${it.first.take(60)}>" },
        """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}""" to
          "Hi\nHo",
        """{"messages":[{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}},
          {"type":"text","text":"b"}]}],"model":"m","system":"s"}""" to
          "s\na\nb",
        """{"system":[{"type":"text","text":"s"}],"messages":[{"content":[
          {"type":"thinking","thinking":"t"},{"type":"tool_use","name":"n","input":{"text":"x"}},
          {"type":"tool_result","content":[{"type":"text","text":"r"}]},
          {"type":"tool_result","content":"q"}]}]}""" to
          "s\nr\nq",
        """{"messages":[{"role":"system","content":"s"},{"role":"assistant","content":null,
          "tool_calls":[{"function":{"name":"n","arguments":"{}"}}]},{"role":"tool","content":"r"}]}""" to
          "s\nr",
        """{"input":"Hi","instructions":"s"}""" to "s\nHi",
        """{"input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},
          {"type":"function_call","arguments":"{}"},
          {"type":"function_call_output","output":"r"},{"role":"user","content":"b"}]}""" to
          "a\nr\nb",
        """{"contents":[{"role":"user","parts":[{"text":"a"},{"inlineData":{"data":"x"}},{"text":"b"}]}],
          "systemInstruction":{"parts":[{"text":"s"}]}}""" to
          "s\na\nb",
        """{"system":[{"text":"s"}],"messages":[{"content":[{"text":"a"},
          {"toolResult":{"toolUseId":"t","content":[{"text":"r"}]}}]}]}""" to
          "s\na\nr",
        """{"messages":[]}""" to "",
        """{"prompt":"a"}""" to null,
        """{"messages":"a"}""" to null,
        """["messages"]""" to null,
        "Hi" to null,
      ) { (json, expected) ->
        CanonicalJson.promptText(json.encodeToByteArray()) shouldBe expected
      }
    }

    test("the text of a prompt that is no UTF-8 is not told") {
      CanonicalJson.promptText(byteArrayOf(-1)) shouldBe null
    }
  })
