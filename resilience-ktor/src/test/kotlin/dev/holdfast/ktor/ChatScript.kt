package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.RecordedRequest
import dev.holdfast.testkit.ScriptedProvider

/** Has this provider speak Chat Completions: each model answers as told, or greets in its name. */
fun ScriptedProvider.speakChat(vararg answers: Pair<String, Behaviour>) {
  val told = answers.toMap()
  anyModel().script {
    told[it.chatModel] ?: if (it.isStreaming) chatStream(it.chatModel) else chatAnswer(it.chatModel)
  }
}

/** The model that the body names, whatever the path. */
val RecordedRequest.chatModel: String
  get() = Regex("\"model\":\"([^\"]+)\"").find(body)?.groupValues?.get(1).orEmpty()

/** One whole answer. */
fun chatAnswer(model: String): Behaviour =
  Behaviour.status(
    200,
    """{"id":"c","object":"chat.completion","created":1,"model":"$model","choices":[{"index":0,""" +
      """"message":{"role":"assistant","content":"Hello from $model"},"finish_reason":"stop"}]}""",
  )

/** A stream with its proper end, and then what else is [after] it. */
fun chatStream(model: String, after: String = ""): Behaviour =
  events(piece(model, "Hello from "), piece(model, model), last(model), "data: [DONE]", after)

/** A stream that ends after its first [pieces] of content, as if it were complete. */
fun cutChatStream(model: String, pieces: Int): Behaviour =
  events(*Array(pieces) { piece(model, "Hi ") })

/** An error as OpenAI words it. */
fun chatError(status: Int, type: String, headers: Map<String, String> = emptyMap()): Behaviour =
  Behaviour.status(
    status,
    """{"error":{"message":"No","type":"$type","param":null,"code":null}}""",
    headers,
  )

private fun events(vararg events: String): Behaviour =
  Behaviour.status(
    200,
    events.joinToString("\n\n", postfix = "\n\n"),
    mapOf("content-type" to "text/event-stream"),
  )

private fun piece(model: String, text: String) =
  chunk(model, """{"role":"assistant","content":"$text"}""", "null")

private fun last(model: String) = chunk(model, "{}", "\"stop\"")

private fun chunk(model: String, delta: String, reason: String) =
  """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"$model",""" +
    """"choices":[{"index":0,"delta":$delta,"finish_reason":$reason}]}"""
