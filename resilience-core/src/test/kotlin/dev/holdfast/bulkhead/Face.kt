package dev.holdfast.bulkhead

import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.time.Deadline
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch

/** The waiting faces of a bulkhead, reduced to one shape: a guest that enters. */
enum class Face {
  CALL {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) =
      onThread(guest) { bulkhead.call<String, Exception>(deadline, guest::run) }
  },
  ACQUIRE {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) =
      onThread(guest) { bulkhead.acquire(deadline).use { guest.run() } }
  },
  ENTER {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) =
      onThread(guest) {
        val entry = bulkhead.enter(deadline)
        try {
          guest.run()
        } finally {
          entry.exit()
        }
      }
  },
  CALL_ASYNC {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) {
      val answer =
        bulkhead.callAsync(deadline) {
          guest.starts()
          guest.end
        }
      guest.cancel = { answer.cancel(true) }
      answer.report(guest)
    }
  },
  ACQUIRE_ASYNC {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) {
      val turn = bulkhead.acquireAsync(deadline)
      guest.cancel = { if (!turn.cancel(true)) guest.end.cancel(true) }
      turn.whenComplete { slot, refused ->
        if (refused == null) {
          guest.starts()
          guest.end.whenComplete { _, _ -> slot.close() }
          guest.end.report(guest)
        } else {
          guest.endsWith(Result.failure(refused))
        }
      }
    }
  },
  SUSPEND {
    override fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline) {
      val job = Job()
      guest.cancel = { job.cancel() }
      CoroutineScope(Dispatchers.Unconfined + job).launch {
        guest.endsWith(
          runCatching {
            bulkhead.withBulkhead(deadline) {
              guest.starts()
              guest.end.handle { _, _ -> }.await()
              guest.run()
            }
          }
        )
      }
    }
  };

  /** Sends a guest in through this face; returns when it runs, waits in the line or is over. */
  fun enter(bulkhead: Bulkhead, deadline: Deadline = Deadline.none()): Guest {
    val guest = Guest()
    val before = bulkhead.snapshot().queued()
    send(guest, bulkhead, deadline)
    awaitUntil { guest.isStarted || guest.isOver || bulkhead.snapshot().queued() > before }
    return guest
  }

  protected abstract fun send(guest: Guest, bulkhead: Bulkhead, deadline: Deadline)
}

private fun onThread(guest: Guest, call: () -> String) {
  val thread = Thread { guest.endsWith(runCatching(call)) }
  guest.cancel = thread::interrupt
  thread.isDaemon = true
  thread.start()
}

private fun CompletableFuture<String>.report(guest: Guest) {
  whenComplete { value, thrown ->
    guest.endsWith(if (thrown == null) Result.success(value) else Result.failure(thrown))
  }
}
