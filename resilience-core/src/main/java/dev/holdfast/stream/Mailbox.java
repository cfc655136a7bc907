package dev.holdfast.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after the other, on the thread of whoever hands one in while none runs. A task
 * handed in by a task runs after it, so neither threads nor recursion can interleave them.
 */
final class Mailbox {

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  void run(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() > 0) {
      return;
    }
    do {
      // There is one, because it is counted only after it was added.
      var next = tasks.remove();
      try {
        next.run();
      } catch (Throwable broken) {
        report(broken);
      }
    } while (pending.decrementAndGet() > 0);
  }

  /** What a consumer throws has nowhere else to go: a subscriber must not throw. */
  static void report(Throwable broken) {
    var thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, broken);
  }
}
