package dev.holdfast.providers.request

import dev.holdfast.providers.quota.RequestEstimate
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.Random
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.JsonUnquotedLiteral

/** Cases come from a fixed seed, so that a failure repeats; its number is in the message. */
private const val CASES = 3000

private const val NOISE = "{}[]\",:\\u0019eE+-. \n\t/%?#&=ntrue😀é\u0000\ud800model"

private val numbers = listOf("0", "-1", "1.50", "1e400", "12345678901234567890", "0.1000", "-0")

private val names =
  listOf(
    "model",
    "models",
    "stream",
    "messages",
    "content",
    "role",
    "type",
    "input",
    "thinking",
    "",
  )

private val everyRule =
  SwitchRules.OTHER_MODEL.and(SwitchRule.DROP_PREFILL)
    .and(SwitchRule.DROP_PREVIOUS_RESPONSE)
    .and(SwitchRule.USE_MAX_TOKENS)
    .and(SwitchRule.drop("seed"))

private fun Random.text(longest: Int): String = buildString {
  repeat(nextInt(longest + 1)) { append(NOISE[nextInt(NOISE.length)]) }
}

private fun <T> Random.one(list: List<T>): T = list[nextInt(list.size)]

private fun Random.value(depth: Int): JsonElement =
  when (nextInt(if (depth == 0) 4 else 6)) {
    0 -> JsonUnquotedLiteral(one(numbers))
    1 -> JsonPrimitive(nextBoolean())
    2 -> JsonPrimitive(one(names + listOf("assistant", "reasoning", "user")))
    3 -> JsonPrimitive(text(12))
    4 -> JsonArray(List(nextInt(4)) { value(depth - 1) })
    else -> json(depth - 1)
  }

private fun Random.json(depth: Int): JsonObject =
  JsonObject(List(nextInt(5)) { one(names) to value(depth) }.toMap())

private fun Random.url(): String =
  one(
      listOf("/v1/messages", "/openai/deployments/%s/chat/completions", "/model/%s/converse") +
        listOf("/v1beta/models/%s:streamGenerateContent", "/publishers/x/models/%s:rawPredict")
    )
    .replace("%s", one(listOf("m", "a%2Fb", "a%3A0", text(6)))) + one(listOf("", "?", "?alt=sse"))

class RequestFuzzTest :
  FunSpec({
    test("no text and no URL is too strange to be read") {
      val random = Random(1)
      repeat(CASES) {
        val url = if (random.nextBoolean()) random.url() else random.text(40)
        val body = random.json(3).toString()
        val broken = body.replaceRange(body.length / 2, body.length, random.text(20))
        for (text in listOf(body, broken, random.text(60))) {
          ModelRequest.parse(url, text)?.withModel("n", everyRule)
          everyRule.applyTo(text)
          RequestEstimate.of(text)
        }
      }
    }

    test("what is read as JSON is JSON") {
      val random = Random(2)
      repeat(CASES) {
        val body = random.json(3).toString()
        val at = random.nextInt(body.length)
        val changed = body.replaceRange(at, at + 1, random.text(2))
        if (JsonRequest.parse(changed) != null) Json.parseToJsonElement(changed)
      }
    }

    test("a rewrite changes the model and nothing else") {
      val random = Random(3)
      repeat(CASES) { case ->
        val fields = random.json(3)
        val request = JsonRequest.parse(fields.toString())!!
        val name =
          "n" + random.text(5).filter { it > ' ' && !it.isISOControl() && !it.isSurrogate() }

        val rewritten = Json.parseToJsonElement(request.withModel(name)) as JsonObject

        val places = setOf("model", "models")
        (case to JsonObject(rewritten - places)).toString() shouldBe
          (case to JsonObject(fields - places)).toString()
        JsonRequest.parse(rewritten.toString())!!.model shouldBe name
      }
    }

    test("a rewritten path names the model, and is otherwise the same") {
      val random = Random(4)
      repeat(CASES) { case ->
        val url = random.url()
        val request = ModelRequest.parse(url, "{}")
        val name = "n" + random.text(9).filter { !it.isISOControl() && !it.isSurrogate() }
        if (request != null) {
          val rewritten = request.withModel(name).url

          (case to ModelRequest.parse(rewritten, "{}")!!.model) shouldBe (case to name)
          ModelRequest.parse(rewritten, "{}")!!.withModel("m").url shouldBe
            request.withModel("m").url.let { if (request.model == "m") url else it }
        }
      }
    }

    test("no rule takes away a call or a result of a tool") {
      val random = Random(5)
      val blocks =
        listOf("thinking", "tool_use", "tool_result", "text", "redacted_thinking").map {
          JsonObject(mapOf("type" to JsonPrimitive(it)))
        }
      repeat(CASES) {
        val messages =
          List(random.nextInt(5)) {
            val content = JsonArray(List(random.nextInt(4)) { random.one(blocks) })
            val role = JsonPrimitive(random.one(listOf("user", "assistant")))
            JsonObject(mapOf("role" to role, "content" to content))
          }
        val body = JsonObject(mapOf("messages" to JsonArray(messages))).toString()

        Regex("tool_\\w+").findAll(everyRule.applyTo(body)).map { it.value }.toList() shouldBe
          Regex("tool_\\w+").findAll(body).map { it.value }.toList()
      }
    }
  })
