package dev.holdfast.testkit

/**
 * A request that a [ScriptedProvider] received. Immutable.
 *
 * [toString] leaves out headers and body, which carry keys and prompts.
 */
public class RecordedRequest
private constructor(
  private val received: ReceivedRequest,
  /** The place of this request among all that the provider received, from 1. */
  @get:JvmName("number") public val number: Int,
  private val decision: Behaviour?,
) {
  internal constructor(received: ReceivedRequest, number: Int) : this(received, number, null)

  /** The model in the body, or `null` if this was no proper request for a message. */
  @get:JvmName("model")
  public val model: String?
    get() = received.model

  /** The HTTP method, such as `POST`. */
  @get:JvmName("method")
  public val method: String
    get() = received.method

  /** The path with its query, as it was sent. */
  @get:JvmName("path")
  public val path: String
    get() = received.path

  /** All headers; the map finds a name in any case. */
  @get:JvmName("headers")
  public val headers: Map<String, List<String>>
    get() = received.headers

  /** The body, decoded as UTF-8; empty if there was none. */
  @get:JvmName("body")
  public val body: String
    get() = received.body

  /** Whether the body asked for a stream with `"stream": true`. */
  @get:JvmName("isStreaming")
  public val isStreaming: Boolean
    get() = received.isStreaming

  /** When the last byte of the request had arrived, as a reading of [System.nanoTime]. */
  @get:JvmName("arrivedAt")
  public val arrivedAt: Long
    get() = received.arrivedAt

  /**
   * What the provider did with this request.
   *
   * @throws IllegalStateException inside the [Script] that is still to decide this
   */
  @get:JvmName("behaviour")
  public val behaviour: Behaviour
    get() =
      checkNotNull(decision) { "The script has yet to decide how request $number is answered" }

  internal val id: String
    get() = "req_scripted_$number"

  internal val isForMessages: Boolean
    get() = received.isForMessages

  internal val wantsClose: Boolean
    get() = received.wantsClose

  /** The first value of the header [name], in any case, or `null` if it was not sent. */
  public fun header(name: String): String? = headers[name]?.first()

  internal fun answeredBy(behaviour: Behaviour): RecordedRequest =
    RecordedRequest(received, number, behaviour)

  /** Number, method, path, model and behaviour; neither headers nor body. */
  override fun toString(): String =
    "RecordedRequest($number: $method ${path.substringBefore('?')}, model=$model, " +
      "streaming=$isStreaming, behaviour=${decision ?: "undecided"})"
}
