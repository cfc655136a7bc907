package dev.holdfast.testkit

internal data class StatusAnswer(
  private val code: Int,
  private val body: String?,
  private val headers: Map<String, String>,
) : Behaviour() {
  init {
    require(code in 200..599) { "code must be in 200..599, but was $code" }
    require(body == null || code !in Exchange.BODILESS) {
      "An answer with status $code has no body"
    }
    headers.forEach(::requireHeader)
  }

  override fun answer(exchange: Exchange): Afterwards {
    val text = body ?: if (code < 400) "" else ErrorBody(code, exchange.request.id).toString()
    return exchange.respond(code, text.toByteArray(), headers)
  }

  override fun toString(): String = "status($code)"
}
