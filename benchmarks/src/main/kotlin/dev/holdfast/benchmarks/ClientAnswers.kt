package dev.holdfast.benchmarks

/** What a [LoopbackServer] answers: head and body, as they go over the wire. */
internal object ClientAnswers {

  /** A whole answer of Chat Completions, of about 1 KiB. */
  fun whole(): ByteArray {
    val body =
      """{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion","created":""" +
        """1741570283,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":""" +
        """"assistant","content":"${"All is well with the bridge. ".repeat(20)}","refusal":""" +
        """null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":""" +
        """{"prompt_tokens":1117,"completion_tokens":46,"total_tokens":1163},"service_tier":""" +
        """"default","system_fingerprint":"fp_fc9f1d7035"}"""
    return head("content-type: application/json\r\ncontent-length: ${body.length}") + bytes(body)
  }

  /** A streamed answer of about [size] bytes, each event in a chunk of its own. */
  fun stream(size: Int): ByteArray {
    val events = String(ChatStream.ofAbout(size), Charsets.UTF_8).split("\n\n").dropLast(1)
    val body = StringBuilder()
    for (event in events) {
      val length = (event.length + 2).toString(16)
      body.append(length).append("\r\n").append(event).append("\n\n\r\n")
    }
    body.append("0\r\n\r\n")
    val head = head("content-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked")
    return head + bytes(body.toString())
  }

  private fun head(headers: String): ByteArray =
    bytes("HTTP/1.1 200 OK\r\n$headers\r\nx-request-id: req_1\r\nconnection: close\r\n\r\n")

  private fun bytes(text: String) = text.toByteArray(Charsets.ISO_8859_1)
}
