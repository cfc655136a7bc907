package dev.holdfast.stream;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks one after the other, on the thread of whoever hands one in while none runs. A task
 * handed in by a task runs after it, so neither threads nor recursion can interleave them.
 */
final class Mailbox {

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final Consumer<Throwable> whenBroken;

  /** Creates a mailbox that hands what a task throws to {@code whenBroken}, in its turn. */
  Mailbox(Consumer<Throwable> whenBroken) {
    this.whenBroken = whenBroken;
  }

  void run(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() > 0) {
      return;
    }
    do {
      // There is one, because it is counted only after it was added.
      run(tasks.remove(), whenBroken);
    } while (pending.decrementAndGet() > 0);
  }

  private static void run(Runnable task, Consumer<Throwable> whenBroken) {
    try {
      task.run();
    } catch (Throwable broken) {
      run(() -> whenBroken.accept(broken), Mailbox::report);
    }
  }

  /** What a consumer throws has nowhere else to go: a subscriber must not throw. */
  static void report(Throwable broken) {
    var thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, broken);
    } catch (Throwable ignored) {
      // As the JVM does. The tasks that follow are run.
    }
  }
}
