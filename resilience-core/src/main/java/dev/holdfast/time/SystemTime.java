package dev.holdfast.time;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The real clock. Waits are kept by the JDK's own delay thread; tasks run on its common pool. */
enum SystemTime implements Time {
  INSTANCE;

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      // The JDK does not look if there is no time to sleep.
      throw new InterruptedException();
    }
    TimeUnit.NANOSECONDS.sleep(Durations.saturatedNanos(duration));
  }

  @Override
  public ScheduledTask schedule(Duration delay, Runnable task) {
    var wait =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, Durations.saturatedNanos(delay), TimeUnit.NANOSECONDS);
    // The JDK's delay thread must not run user code; a cancelled wait leaves its queue.
    wait.thenRunAsync(task);
    return () -> wait.cancel(false);
  }
}
