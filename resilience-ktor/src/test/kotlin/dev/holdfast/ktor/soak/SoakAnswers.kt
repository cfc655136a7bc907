package dev.holdfast.ktor.soak

import java.util.concurrent.ConcurrentHashMap

/**
 * The answers of the models, each the same every time, so that a caller knows what is all of it.
 */
internal object SoakAnswers {

  private const val PIECES = 5

  /** The events of a streamed answer. */
  const val EVENTS: Int = PIECES + 5

  /** The data of the events of a complete stream. */
  fun data(model: String): List<String> = streams.getOrPut(model) { dataOf(model) }

  /** The body of an answer that is one JSON value. */
  fun json(model: String): String =
    """{"id":"msg_1","type":"message","role":"assistant","model":"$model","content":[{"type":""" +
      """"text","text":"Hello from $model"}],"stop_reason":"end_turn","stop_sequence":null,""" +
      """"usage":{"input_tokens":8,"output_tokens":4}}"""

  fun error(type: String): String =
    """{"type":"error","error":{"type":"$type","message":"soaked"},"request_id":"req_1"}"""

  fun event(data: String): String = "event: ${nameOf(data)}\ndata: $data\n\n"

  private val streams = ConcurrentHashMap<String, List<String>>()

  private fun dataOf(model: String): List<String> =
    listOf(
      """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",""" +
        """"model":"$model","content":[],"stop_reason":null,"stop_sequence":null,""" +
        """"usage":{"input_tokens":8,"output_tokens":1}}}""",
      """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
    ) +
      List(PIECES) {
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta",""" +
          """"text":"$it of $model "}}"""
      } +
      listOf(
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},""" +
          """"usage":{"output_tokens":4}}""",
        """{"type":"message_stop"}""",
      )

  private fun nameOf(data: String) = data.substringAfter("\"type\":\"").substringBefore('"')
}
