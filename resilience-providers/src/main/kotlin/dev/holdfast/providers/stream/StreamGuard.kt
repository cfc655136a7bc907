package dev.holdfast.providers.stream

import dev.holdfast.providers.Provider
import dev.holdfast.providers.WireProtocol
import java.nio.ByteBuffer
import java.util.Objects

/**
 * Watches the bytes of one stream as they pass and knows at its end what became of it: complete,
 * errored or truncated. The status of a stream is sent before its answer, so only this tells a
 * whole answer from half of one.
 *
 * It is fed with the bytes of the body, decompressed, in pieces of any size; where they are cut
 * makes no difference. It changes nothing, copies nothing and keeps no content: a few KiB, whatever
 * comes. It belongs to one stream and one reader, and is not safe for use by several threads at
 * once.
 *
 * **Content** is what the model made: text, thinking, refusals, arguments and names of tool calls,
 * sound, images. Keep-alives, comments, roles, empty texts, usage and the events that only say how
 * the response is getting on are none. Of a tool that the provider runs itself, the arguments that
 * the model writes are content; that it is called, and what it returns, is none. An event counts
 * when it is whole. [contentEvents] is for the timers of a caller: the first content, and the gap
 * between contents; bytes without content prove that the connection lives and nothing more.
 */
public class StreamGuard
private constructor(
  private val dialect: Dialect,
  private val state: StreamState,
  private val framing: Framing,
) {
  private var piece: ByteArray? = null
  private var ended = false

  /** How many events with content came. */
  @get:JvmName("contentEvents")
  public val contentEvents: Long
    get() = state.contentEvents

  /** Whether content came, and so whether anything may have been shown to somebody. */
  @get:JvmName("contentSeen")
  public val contentSeen: Boolean
    get() = state.contentEvents > 0

  /**
   * Whether the stream is at its end by its own word, the terminator or an error. Where a protocol
   * has no terminator, as Gemini's, only [end] tells.
   */
  @get:JvmName("finished")
  public val finished: Boolean
    get() = state.over

  /** Looks at the next bytes. */
  public fun feed(bytes: ByteArray): StreamProgress = feed(bytes, 0, bytes.size)

  /**
   * Looks at the next bytes.
   *
   * @throws IndexOutOfBoundsException if the range is not inside the array
   */
  public fun feed(bytes: ByteArray, offset: Int, length: Int): StreamProgress {
    Objects.checkFromIndexSize(offset, length, bytes.size)
    val before = state.contentEvents
    if (!state.over && !ended) framing.feed(bytes, offset, offset + length)
    return progress(before)
  }

  /** Looks at the bytes between the buffer's position and its limit, and moves neither. */
  public fun feed(buffer: ByteBuffer): StreamProgress {
    if (buffer.hasArray()) {
      return feed(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining())
    }
    val before = state.contentEvents
    val copy = piece ?: ByteArray(PIECE).also { piece = it }
    val rest = buffer.duplicate()
    while (rest.hasRemaining()) {
      val length = minOf(copy.size, rest.remaining())
      rest.get(copy, 0, length)
      feed(copy, 0, length)
    }
    return progress(before)
  }

  /** The body ended. What is fed after this is not looked at. */
  public fun end(): StreamVerdict {
    if (!ended) {
      ended = true
      framing.end()
    }
    return verdict()
  }

  /**
   * The body will not be read to its end: the transport failed, a timer ran out, or the consumer
   * left. The stream is still complete if its end was seen before. What is fed after this is not
   * looked at.
   */
  public fun broken(): StreamVerdict {
    ended = true
    return verdict()
  }

  private fun verdict(): StreamVerdict = state.verdict(dialect.finishSuffices)

  private fun progress(before: Long): StreamProgress =
    when {
      state.over -> StreamProgress.FINISHED
      state.contentEvents > before -> StreamProgress.CONTENT
      else -> StreamProgress.ALIVE
    }

  /** Names the counts; nothing of the stream. */
  override fun toString(): String = "StreamGuard[contentEvents=$contentEvents, finished=$finished]"

  public companion object {
    /** The largest event that a guard lets pass if nothing else is said: 16 MiB. */
    public const val MAX_EVENT_BYTES: Int = 16 * 1024 * 1024

    private const val PIECE = 4096

    /**
     * A guard for one stream.
     *
     * @param protocol the protocol that the stream is in
     * @param classifier says which failure an error inside the stream is; if nothing else is said,
     *   by the standard rules for the provider that the protocol is of, and for OpenAI's protocols
     *   those common to all
     * @param maxEventBytes how many bytes an event, a line or a frame may have before the stream is
     *   taken for unreadable. It protects those who read after the guard; the guard itself keeps no
     *   event
     * @throws IllegalArgumentException if [maxEventBytes] is less than 1
     */
    @JvmStatic
    @JvmOverloads
    public fun of(
      protocol: WireProtocol,
      classifier: StreamErrorClassifier = classifier(protocol),
      maxEventBytes: Int = MAX_EVENT_BYTES,
    ): StreamGuard {
      require(maxEventBytes >= 1) { "maxEventBytes must be at least 1, but was $maxEventBytes" }
      val dialect = dialect(protocol)
      val state = StreamState(classifier)
      val reader = EventReader(dialect, state)
      val framing =
        if (protocol in FRAMED) FrameFraming(reader, state, maxEventBytes)
        else
          TextFraming(
            SseFraming(reader, state, dialect.endsWithDone, maxEventBytes),
            JsonFraming(reader, state, dialect.comesAsJson, maxEventBytes),
            state,
          )
      return StreamGuard(dialect, state, framing)
    }

    private val FRAMED = setOf(WireProtocol.BEDROCK_CONVERSE, WireProtocol.BEDROCK_INVOKE)

    private fun classifier(protocol: WireProtocol): StreamErrorClassifier =
      when (protocol) {
        WireProtocol.ANTHROPIC_MESSAGES -> StreamErrorClassifier.of(Provider.ANTHROPIC)
        WireProtocol.OPENAI_CHAT,
        WireProtocol.OPENAI_RESPONSES -> StreamErrorClassifier.STANDARD
        WireProtocol.GEMINI -> StreamErrorClassifier.of(Provider.GEMINI)
        WireProtocol.BEDROCK_CONVERSE,
        WireProtocol.BEDROCK_INVOKE -> StreamErrorClassifier.of(Provider.BEDROCK)
      }

    private fun dialect(protocol: WireProtocol): Dialect =
      when (protocol) {
        WireProtocol.ANTHROPIC_MESSAGES -> AnthropicDialect
        WireProtocol.OPENAI_CHAT -> ChatDialect
        WireProtocol.OPENAI_RESPONSES -> ResponsesDialect
        WireProtocol.GEMINI -> GeminiDialect
        WireProtocol.BEDROCK_CONVERSE -> ConverseDialect
        WireProtocol.BEDROCK_INVOKE -> InvokeDialect
      }
  }
}
