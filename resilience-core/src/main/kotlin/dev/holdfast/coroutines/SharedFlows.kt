package dev.holdfast.coroutines

import dev.holdfast.stream.StreamsInFlight
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * Single flight for flows: collectors of the same key share one collection of the flow behind it.
 * Over [stream], whose flow is a call, they share one call, with its attempts and its fallbacks:
 * ```
 * private val flows = SharedFlows<Delta>()
 *
 * fun answer(prompt: String): Flow<Delta> =
 *   flows.share(key = prompt, resilience.stream { client.stream(it.model, prompt) })
 * ```
 *
 * Who comes late first gets what has arrived, then what arrives. All of them get every item, in
 * order. Once more than [mostItems] have arrived the beginning is not kept any more, so that the
 * next collector starts a collection of its own, which later ones share again.
 *
 * A collector that is slow holds up the others only when it is [mostItems] behind: then the
 * upstream waits for it. One that leaves, by `take`, by an exception or by cancellation, leaves
 * alone; the upstream is cancelled with the last. A failure of the upstream comes to each collector
 * after the items before it, as the same exception, and is not kept: the next one collects anew.
 *
 * What is collected once is one call: its record and its counters tell of it once, whoever shares
 * it, and the exception that it fails with has the record for all of them.
 *
 * Java has [SharedPublishers][dev.holdfast.stream.SharedPublishers].
 *
 * The upstream runs in the context of the collector that came first, but for its job and its
 * deadline; that of the [Resilience][dev.holdfast.Resilience] itself still bounds a call.
 *
 * @param mostItems how many items are kept for each key in flight
 * @throws IllegalArgumentException if [mostItems] is not positive
 */
public class SharedFlows<T>(mostItems: Int = 1024) {

  private val inFlight = StreamsInFlight<T>(mostItems)

  /** How many keys are in flight. */
  public val size: Int
    get() = inFlight.count()

  /**
   * This is [upstream], shared with those who collect the same [key] at the same time. The key says
   * all that tells one flow from another, as a [RequestKey][dev.holdfast.answers.RequestKey] does;
   * of the flows that are given for it, only that of the first collector is collected.
   */
  public fun share(key: Any, upstream: Flow<T>): Flow<T> = flow {
    val context = currentCoroutineContext()
    val changes = Channel<Unit>(Channel.CONFLATED)
    val seat = inFlight.join(key, { changes.trySend(Unit) }) { it.begin(context, upstream) }
    seat.pass(this, changes)
  }
}
