package dev.holdfast.testkit

import java.time.Duration

/**
 * A provider of language models for tests: an HTTP server on 127.0.0.1 that speaks Anthropic's
 * Messages API and answers each request as its script says. It can do on a real socket what
 * providers do: be slow, hang, overload, reset, refuse, and break a stream anywhere.
 *
 * ```
 * ScriptedProvider.start().use { provider ->
 *   provider.model("claude-sonnet").next(Behaviour.serverError()).always(Behaviour.healthy())
 *   // POST to provider.baseUrl + "/v1/messages", twice: 500, then 200
 *   provider.requests("claude-sonnet").size // 2
 * }
 * ```
 *
 * A request is answered by the script of its model, else by that of [anyModel]. Without either it
 * is answered [healthy][Behaviour.healthy] if it is a proper request for a message, and with
 * Anthropic's error if not: 404 for another path, 405 for another method, 400 for a body that names
 * no model.
 *
 * Safe for use by many threads. Each open connection holds a daemon thread, so some thousands of
 * clients may hang at once; mind the process's limit of open files, of which a connection takes one
 * at each end.
 *
 * Pitfall: a client that closes only its sending half counts as gone.
 */
public class ScriptedProvider private constructor() : AutoCloseable {
  /* design
   *
   * Plain sockets, and no MockWebServer: its OkHttp 5 classes would clash on a test's class path
   * with the OkHttp 4 of the vendors' Java SDKs. Besides, half of the faults here lie below HTTP.
   */
  private val desk = RequestDesk()
  private val connections = Connections(desk)
  private val port = ListeningPort(connections)

  /** Where the provider listens, without a slash at the end: `http://127.0.0.1:<port>`. */
  @get:JvmName("baseUrl") public val baseUrl: String = "http://127.0.0.1:${port.number}"

  /** The script of the model [name], which applies from its first behaviour on. */
  public fun model(name: String): ScriptedModel = desk.model(name)

  /**
   * The script of all requests that no model's own script answers, including those for other paths
   * and those that name no model.
   */
  public fun anyModel(): ScriptedModel = desk.anyModel

  /** All requests so far, in order of arrival. A snapshot. */
  public fun requests(): List<RecordedRequest> = desk.requests()

  /** The requests for [model] so far, in order of arrival. A snapshot. */
  public fun requests(model: String): List<RecordedRequest> =
    requests().filter { it.model == model }

  /**
   * Waits until at least [count] requests have arrived, for whichever model.
   *
   * @throws IllegalStateException if fewer have arrived within [timeout]
   * @throws IllegalArgumentException if [count] or [timeout] is negative
   * @throws InterruptedException if the thread is interrupted
   */
  @Throws(InterruptedException::class)
  public fun awaitRequests(count: Int, timeout: Duration): Unit =
    desk.awaitRequests(count, timeout, "any model") { true }

  /**
   * Waits until at least [count] requests for [model] have arrived.
   *
   * @throws IllegalStateException if fewer have arrived within [timeout]
   * @throws IllegalArgumentException if [count] or [timeout] is negative
   * @throws InterruptedException if the thread is interrupted
   */
  @Throws(InterruptedException::class)
  public fun awaitRequests(model: String, count: Int, timeout: Duration): Unit =
    desk.awaitRequests(count, timeout, "'$model'") { it.model == model }

  /**
   * The number of connections that are open now, idle ones included. A client may believe that it
   * is connected shortly before it is counted here; see [awaitOpenConnections].
   */
  public fun openConnections(): Int = connections.count()

  /**
   * Waits until exactly [count] connections are open.
   *
   * @throws IllegalStateException if that does not come about within [timeout]
   * @throws IllegalArgumentException if [count] or [timeout] is negative
   * @throws InterruptedException if the thread is interrupted
   */
  @Throws(InterruptedException::class)
  public fun awaitOpenConnections(count: Int, timeout: Duration): Unit =
    connections.awaitCount(count, timeout)

  /**
   * Refuses all connections from now on: the system answers clients with ECONNREFUSED. Idle
   * connections are closed, so that a client's pool cannot hide the outage; the others are closed
   * when their request has been dealt with. Does nothing if it already refuses.
   *
   * @throws IllegalStateException if the provider is closed
   */
  public fun refuseConnections(): Unit = port.refuse()

  /**
   * Accepts connections again, on the same port. Does nothing if it already accepts.
   *
   * @throws IllegalStateException if the provider is closed
   * @throws java.io.UncheckedIOException if another program has taken the port
   */
  public fun acceptConnections(): Unit = port.accept()

  /**
   * Ends all connections, whatever they are doing, and waits for their threads; scripts that are
   * still deciding are interrupted. What was recorded stays readable.
   *
   * @throws IllegalStateException if a [Script] threw instead of deciding; its cause is what the
   *   first one threw, the others are suppressed. Thrown by each call.
   */
  override fun close() {
    port.close()
    connections.close()
    desk.scriptFailure()?.let { throw it }
  }

  /** The address, and what the provider has done so far. */
  override fun toString(): String =
    "ScriptedProvider($baseUrl, ${requests().size} requests, ${openConnections()} connections)"

  /** Starts providers. */
  public companion object {
    /**
     * Starts a provider on a free port.
     *
     * @throws java.io.UncheckedIOException if the system gives no port
     */
    @JvmStatic public fun start(): ScriptedProvider = ScriptedProvider()
  }
}
