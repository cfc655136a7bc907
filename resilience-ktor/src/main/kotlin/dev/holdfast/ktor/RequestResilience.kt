package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.retry.Retry
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.util.AttributeKey
import io.ktor.utils.io.KtorDsl
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** How one request is treated, where that differs from what the plugin was installed with. */
@KtorDsl
public class RequestResilience internal constructor() {

  /** A copy, as requests that are made of others have the settings of those. */
  internal constructor(other: RequestResilience?) : this() {
    if (other == null) return
    isOff = other.isOff
    feature = other.feature
    maxAttempts = other.maxAttempts
    deadline = other.deadline
    chain = other.chain
    idempotencyKey = other.idempotencyKey
    isFresh = other.isFresh
  }

  internal var isOff: Boolean = false
    private set

  private var feature: String? = null
  private var maxAttempts: Int? = null
  private var deadline: Duration? = null
  private var chain: List<String>? = null

  internal var idempotencyKey: String? = null
    private set

  private var isFresh = false

  internal val hasChain: Boolean
    get() = chain != null

  /** Whether the answer to this request is for nobody else, nor anybody else's for it. */
  internal val isAlone: Boolean
    get() = isFresh || hasChain || maxAttempts != null || deadline != null

  /** Sends this request past the plugin: no breaker, no retry, no fallback. */
  public fun off() {
    isOff = true
  }

  /**
   * The feature that this request belongs to, with its chain, bulkhead and deadline. A model of the
   * chain that the request names is where it begins; a request that names another asks the chain
   * from its start. The request fails with an [IllegalArgumentException] if the feature was not
   * declared.
   */
  public fun feature(name: String) {
    feature = name
  }

  /**
   * The attempts at one model, the first included.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public fun maxAttempts(attempts: Int) {
    Retry.builder().maxAttempts(attempts)
    maxAttempts = attempts
  }

  /**
   * How long this call may take with all its attempts and waits.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public fun deadline(deadline: Duration) {
    Resilience.builder().deadline(deadline.toJavaDuration())
    this.deadline = deadline
  }

  /**
   * The models to ask, in order, instead of the one that the request names and those after it. The
   * patches of a feature's steps do not apply to them. The request fails with an
   * [IllegalArgumentException] if there is none, or one is named twice.
   */
  public fun chain(vararg models: String) {
    chain = models.toList()
  }

  /**
   * Names this request among those of its tenant and feature: where
   * [answers][LlmResilienceConfig.answers] are kept or shared, requests of one name have one answer
   * whatever their bodies.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public fun idempotencyKey(key: String) {
    require(key.isNotBlank()) { "idempotencyKey must not be blank, but was '$key'" }
    idempotencyKey = key
  }

  /** Asks a model for this request alone, and keeps the answer from others. */
  public fun fresh() {
    isFresh = true
  }

  /** The variant with the feature and the chain that this names; null if it names neither. */
  internal fun variantOf(resilience: Resilience): Resilience? {
    val base = feature?.let(resilience::feature)
    return chain?.let { (base ?: resilience).withChain(it) } ?: base
  }

  internal fun limitsOf(resilience: Resilience): Resilience {
    val limited = maxAttempts?.let(resilience::attempting) ?: resilience
    return deadline?.let { limited.withDeadline(it.toJavaDuration()) } ?: limited
  }

  internal companion object {
    val Key: AttributeKey<RequestResilience> = AttributeKey("dev.holdfast.RequestResilience")
  }
}

/**
 * Treats this request in another way than the others of the client. What is said here is added to
 * what was said before.
 */
public fun HttpRequestBuilder.resilience(configure: RequestResilience.() -> Unit) {
  attributes.put(
    RequestResilience.Key,
    RequestResilience(attributes.getOrNull(RequestResilience.Key)).apply(configure),
  )
}

internal fun Resilience.attempting(maxAttempts: Int): Resilience =
  withRetry(retry().toBuilder().maxAttempts(maxAttempts).build())
