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

  internal var isOff: Boolean = false
    private set

  private var maxAttempts: Int? = null
  private var deadline: Duration? = null
  private var chain: List<String>? = null

  /** Sends this request past the plugin: no breaker, no retry, no fallback. */
  public fun off() {
    isOff = true
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
   * The models to ask, in order, instead of the one that the body names and those after it.
   *
   * @throws IllegalArgumentException if there is none, or one is named twice
   */
  public fun chain(vararg models: String) {
    chain = models.toList()
  }

  internal fun applyTo(resilience: Resilience, model: String): Resilience {
    var result = chain?.let(resilience::withChain) ?: resilience.forModel(model)
    maxAttempts?.let { attempts ->
      result = result.withRetry(result.retry().toBuilder().maxAttempts(attempts).build())
    }
    deadline?.let { result = result.withDeadline(it.toJavaDuration()) }
    return result
  }

  internal companion object {
    val Key: AttributeKey<RequestResilience> = AttributeKey("dev.holdfast.RequestResilience")
  }
}

/** Treats this request in another way than the others of the client. */
public fun HttpRequestBuilder.resilience(configure: RequestResilience.() -> Unit) {
  attributes.put(RequestResilience.Key, RequestResilience().apply(configure))
}
