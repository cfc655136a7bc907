package dev.holdfast.providers.request

/**
 * What to send instead of a request that named another model. It is an end: the next model is asked
 * for with the original [ModelRequest], never with this.
 *
 * @property url the URL to send it to; as much of one as the original had
 * @property body the body to send
 * @property needsSignature whether it must be signed now (AWS Signature Version 4): a signature of
 *   the original no longer fits, because it covers the path and the body
 */
public class RewrittenRequest
internal constructor(
  public val url: String,
  public val body: String,
  public val needsSignature: Boolean,
) {

  /** Tells nothing of the request: a URL may hold a credential, and the body the prompt. */
  override fun toString(): String = "RewrittenRequest[needsSignature=$needsSignature]"
}
