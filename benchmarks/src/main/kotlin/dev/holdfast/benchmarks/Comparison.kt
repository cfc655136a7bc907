package dev.holdfast.benchmarks

import dev.holdfast.benchmarks.Goal.NotSlower

/** The paths that are compared. A path of which `ours` is null waits for Holdfast to have it. */
internal object Comparison {

  private val closedConsecutive = Measured("ClosedConsecutive.holdfast")

  private val closedCountWindow = Measured("ClosedCountWindow.holdfast")

  private val closedTimeWindow = Measured("ClosedTimeWindow.holdfast")

  private val failsafe = Peer("Failsafe", Measured("ClosedConsecutive.failsafe"))

  private val countWindows =
    listOf(
      Peer("resilience4j count", Measured("ClosedCountWindow.resilience4j")),
      Peer("resilience4j count lock-free", Measured("ClosedCountWindow.resilience4jLockFree")),
      Peer("Failsafe count", Measured("ClosedCountWindow.failsafe")),
    )

  private val timeWindows =
    listOf(
      Peer("resilience4j time", Measured("ClosedTimeWindow.resilience4j")),
      Peer("resilience4j time lock-free", Measured("ClosedTimeWindow.resilience4jLockFree")),
      Peer("Failsafe time", Measured("ClosedTimeWindow.failsafe")),
    )

  private val failingCountWindows =
    listOf(
      Peer("resilience4j count", Measured("OneInAHundredFailing.resilience4jCountWindow")),
      Peer("Failsafe count", Measured("OneInAHundredFailing.failsafeCountWindow")),
    )

  private val listenedTo =
    peers("ClosedWithListener", "resilience4j count" to "resilience4j", "Failsafe" to "failsafe")

  private val semaphores =
    peers(
      "BulkheadPassage",
      "java.util.concurrent" to "semaphore",
      "kotlinx.coroutines" to "coroutines",
      "resilience4j" to "resilience4j",
      "Failsafe" to "failsafe",
    )

  /** A call with nothing around it. */
  val baselines: List<Peer> =
    listOf(
      Peer("blocking", Measured("ClosedConsecutive.bare")),
      Peer("blocking, one in a hundred failing", Measured("OneInAHundredFailing.bare")),
      Peer("suspend", Measured("ClosedSuspend.bare")),
    )

  val rows: List<Row> =
    listOf(
      Row(
        "closed, consecutive rule, blocking",
        Goal(ratio = 20.0, bytes = 0),
        closedConsecutive,
        listOf(failsafe) + countWindows,
      ),
      listener("consecutive rule", closedConsecutive, Measured("ClosedWithListener.holdfast")),
      Row(
        "closed, consecutive rule, one call in a hundred failing",
        Goal(ratio = 5.0, bytes = 0),
        Measured("OneInAHundredFailing.holdfast"),
        listOf(Peer("Failsafe", Measured("OneInAHundredFailing.failsafe"))) + failingCountWindows,
      ),
      threads("consecutive rule", closedConsecutive, 2, listOf(failsafe) + countWindows.take(2)),
      threads("consecutive rule", closedConsecutive, 8, listOf(failsafe) + countWindows.take(2)),
      Row(
        "closed, count window of 100",
        Goal(ratio = 10.0, bytes = 0),
        closedCountWindow,
        countWindows,
      ),
      listener(
        "count window of 100",
        closedCountWindow,
        Measured("ClosedWithListener.holdfastCountWindow"),
      ),
      Row(
        "closed, count window, one call in a hundred failing",
        Goal(ratio = 5.0, bytes = 0),
        Measured("OneInAHundredFailing.holdfastCountWindow"),
        failingCountWindows,
      ),
      threads("count window of 100", closedCountWindow, 2, countWindows.take(2)),
      threads("count window of 100", closedCountWindow, 8, countWindows.take(2)),
      Row(
        "closed, time window of 10 s",
        Goal(ratio = 6.0, bytes = 0),
        closedTimeWindow,
        timeWindows,
      ),
      threads("time window of 10 s", closedTimeWindow, 2, timeWindows.take(2)),
      threads("time window of 10 s", closedTimeWindow, 8, timeWindows.take(2)),
      Row(
        "closed, suspend withBreaker",
        Goal(ratio = 5.0, bytes = 0),
        Measured("ClosedSuspend.holdfast"),
        peers(
          "ClosedSuspend",
          "Arrow count" to "arrowCount",
          "Arrow sliding window" to "arrowSlidingWindow",
          "resilience4j count" to "resilience4j",
          "Mutex" to "mutex",
        ),
      ),
      Row(
        "rejection while open, blocking",
        Goal(ratio = 10.0, bytes = 64),
        Measured("Rejection.holdfast"),
        peers("Rejection", "resilience4j" to "resilience4j", "Failsafe" to "failsafe"),
      ),
      Row(
        "rejection while open, suspend",
        Goal(ratio = 10.0, bytes = 64),
        Measured("RejectionSuspend.holdfast"),
        peers(
          "RejectionSuspend",
          "Arrow" to "arrow",
          "resilience4j" to "resilience4j",
          "Mutex" to "mutex",
        ),
      ),
      Row(
        "rejection while open, tryAcquire",
        Goal(ratio = 1.0, bytes = 0),
        Measured("RejectionWithoutException.holdfast"),
        peers(
          "RejectionWithoutException",
          "resilience4j" to "resilience4j",
          "Failsafe" to "failsafe",
        ),
      ),
      Row(
        "retry not taken, blocking",
        Goal(ratio = 5.0, bytes = 0),
        Measured("RetryNotTaken.holdfast"),
        peers("RetryNotTaken", "resilience4j" to "resilience4j", "Failsafe" to "failsafe"),
      ),
      Row(
        "retry not taken, suspend",
        Goal(ratio = 5.0, bytes = 0),
        Measured("RetryNotTaken.holdfastSuspend"),
        peers("RetryNotTaken", "resilience4j" to "resilience4jSuspend", "Arrow" to "arrow"),
      ),
      Row(
        "bulkhead acquire and release",
        Goal(ratio = 1.0, bytes = 0),
        Measured("BulkheadPassage.holdfast"),
        semaphores,
      ),
      Row(
        "bulkhead, a single-use slot",
        Goal(),
        Measured("BulkheadPassage.holdfastSlot"),
        semaphores,
      ),
      Row(
        "bulkhead call",
        Goal(ratio = 1.0, bytes = 0),
        Measured("BulkheadPassage.holdfastCall"),
        semaphores,
      ),
      Row(
        "bulkhead, suspend withBulkhead",
        Goal(ratio = 1.0, bytes = 0),
        Measured("BulkheadPassage.holdfastSuspend"),
        peers("BulkheadPassage", "kotlinx.coroutines" to "coroutinesSuspend"),
      ),
      Row(
        "the whole stack, blocking",
        Goal(ratio = 2.0),
        Measured("WholeStack.holdfast"),
        peers("WholeStack", "resilience4j" to "resilience4j", "Failsafe" to "failsafe"),
      ),
      Row(
        "the whole stack, blocking; the peers with a timeout too",
        Goal(ratio = 2.0),
        Measured("WholeStack.holdfast"),
        peers(
          "WholeStack",
          "resilience4j on a pool" to "resilience4jTimed",
          "Failsafe" to "failsafeTimed",
        ),
      ),
      Row(
        "completed future through the breaker",
        Goal(ratio = 7.0, bytes = 24),
        Measured("CompletedFuture.holdfast"),
        peers("CompletedFuture", "resilience4j count" to "resilience4j", "Failsafe" to "failsafe"),
      ),
      Row(
        "callAsync, future completed later",
        Goal(),
        Measured("PendingFuture.holdfast"),
        peers("PendingFuture", "resilience4j count" to "resilience4j", "Failsafe" to "failsafe"),
      ),
      Row(
        "a failed answer of 2 KiB classified",
        Goal(nanos = 20_000),
        Measured("ClassifiedResponse.failure"),
        listOf(),
      ),
      Row(
        "a success classified",
        Goal(nanos = 10, bytes = 0),
        Measured("ClassifiedResponse.success"),
        listOf(),
      ),
      stream("read and parsed", "parsed") { unguarded ->
        Goal(notSlower = NotSlower(unguarded, "+ 5 % at most", tolerance = 1.05))
      },
      stream("copied and not read", "copied") { Goal(bytes = 64 * 1024) },
    )

  /** Everything to measure, once each; the contenders of a row follow one another. */
  val measured: List<Measured> =
    (baselines.map { it.measured } +
        rows.flatMap { row -> listOfNotNull(row.ours) + row.peers.map { it.measured } })
      .distinct()

  private fun listener(rule: String, without: Measured, ours: Measured): Row =
    Row(
      "closed, $rule, a rejection listener registered",
      Goal(bytes = 0, notSlower = NotSlower(without, "as without it", tolerance = 1.25)),
      ours,
      listenedTo,
    )

  /** No peer watches streams: what the guarded reading is compared with is the unguarded. */
  private fun stream(how: String, method: String, goal: (Measured) -> Goal): Row {
    val unguarded = Measured("StreamReading.$method")
    return Row(
      "stream of 1 MB, $how, guarded",
      goal(unguarded),
      Measured("StreamReading.${method}Guarded"),
      listOf(Peer("unguarded", unguarded)),
    )
  }

  private fun threads(rule: String, ours: Measured, threads: Int, peers: List<Peer>): Row =
    Row(
      "closed, $rule, $threads threads",
      Goal(bytes = 0, notSlower = NotSlower(ours, "as one thread")),
      ours.copy(threads = threads),
      peers.map { it.copy(measured = it.measured.copy(threads = threads)) },
    )

  private fun peers(type: String, vararg methods: Pair<String, String>): List<Peer> =
    methods.map { (name, method) -> Peer(name, Measured("$type.$method")) }
}
