package dev.holdfast.testkit

import java.io.InterruptedIOException
import java.time.Duration

/** Numbers the requests, finds the script of each, and keeps the record. */
internal class RequestDesk {
  /* design
   *
   * One monitor guards the numbers, the scripts' queues and the record, so that the n-th request
   * takes the n-th behaviour. A script is the test's code and runs outside it, which is why the
   * record is put in order only when it is read. A request is on record before the first byte of
   * its answer is written.
   */
  private val monitor = Monitor()
  private val models = mutableMapOf<String, ScriptedModel>()
  private val requests = mutableListOf<RecordedRequest>()
  private val scriptFailures = mutableListOf<Throwable>()
  private var arrived = 0

  val anyModel: ScriptedModel = ScriptedModel(monitor)

  fun model(name: String): ScriptedModel =
    monitor.change { models.getOrPut(name) { ScriptedModel(monitor) } }

  fun admit(received: ReceivedRequest): RecordedRequest {
    lateinit var script: Script
    val undecided =
      monitor.change {
        script = models[received.model]?.take() ?: anyModel.take() ?: Script(::unscripted)
        RecordedRequest(received, ++arrived)
      }
    val decided = undecided.answeredBy(decide(script, undecided))
    monitor.change { requests.add(decided) }
    return decided
  }

  fun requests(): List<RecordedRequest> = monitor.read { requests.sortedBy { it.number } }

  fun awaitRequests(
    count: Int,
    timeout: Duration,
    of: String,
    among: (RecordedRequest) -> Boolean,
  ) {
    requireNotNegative("count", count)
    requireNotNegative("timeout", timeout)
    val came = monitor.await(timeout) { requests.count(among) >= count }
    check(came) {
      "Waited $timeout for $count requests for $of, but ${requests().count(among)} came"
    }
  }

  /** What the scripts threw, as one exception; `null` if they threw nothing. */
  fun scriptFailure(): IllegalStateException? =
    monitor.read {
      scriptFailures.firstOrNull()?.let { first ->
        IllegalStateException("A script threw instead of deciding: $first", first).apply {
          scriptFailures.drop(1).forEach(::addSuppressed)
        }
      }
    }

  private fun decide(script: Script, request: RecordedRequest): Behaviour =
    try {
      script.behaviourFor(request)
    } catch (closing: InterruptedException) {
      throw InterruptedIOException("The provider closed").apply { initCause(closing) }
    } catch (thrown: Throwable) {
      // A library that survives failures would hide this one from the test, so close() reports it.
      monitor.change { scriptFailures.add(thrown) }
      Behaviour.serverError()
    }

  private fun unscripted(request: RecordedRequest): Behaviour =
    when {
      request.model != null -> Behaviour.healthy()
      !request.isForMessages -> Behaviour.status(404)
      request.method != "POST" -> Behaviour.status(405)
      else -> Behaviour.status(400, ErrorBody(400, request.id, "model: Field required").toString())
    }
}
