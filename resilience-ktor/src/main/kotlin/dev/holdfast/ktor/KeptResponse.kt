package dev.holdfast.ktor

/**
 * A response that is kept or shared, whole; what
 * [ResponseStore][dev.holdfast.answers.ResponseStore]s of the plugin keep. Immutable, if nobody
 * writes into [body].
 *
 * @property status the HTTP status
 * @property headers the headers, without those of one transmission, one connection or one user
 *   (`Content-Length`, `Transfer-Encoding`, `Connection`, `Set-Cookie`)
 * @property body the bytes of the body, packed if `Content-Encoding` says so; they may hold what
 *   users asked and models answered
 */
public class KeptResponse(
  public val status: Int,
  public val headers: Map<String, List<String>>,
  public val body: ByteArray,
) {

  /** Shows nothing of the body and of the headers. */
  override fun toString(): String = "KeptResponse[status=$status, bytes=${body.size}]"
}
