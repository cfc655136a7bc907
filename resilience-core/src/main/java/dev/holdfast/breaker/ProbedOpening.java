package dev.holdfast.breaker;

import dev.holdfast.stage.Stages;
import dev.holdfast.time.Durations;
import dev.holdfast.time.ScheduledTask;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The health probes of one opening, one after the other.
 *
 * <p>What it waits for is one object behind {@link #waiting}, a pause or a probe. Whoever takes
 * that object away acts next: the timer, the stage that completes, or {@link #end}.
 */
final class ProbedOpening {

  private static final Logger LOG = System.getLogger("dev.holdfast.breaker");

  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(60);

  /** In {@link #waiting} while a thread is at work, and when there is nothing more to do. */
  private static final Wait BUSY = new Wait(null);

  private static final Wait ENDED = new Wait(null);

  private final Circuit circuit;
  private final Open open;
  private final HealthProbe probe;
  private final Duration timeout;
  private final Duration interval;
  private final AtomicReference<Wait> waiting = new AtomicReference<>(BUSY);

  ProbedOpening(Circuit circuit, Open open, HealthProbe probe) {
    this.circuit = circuit;
    this.open = open;
    this.probe = probe;
    this.timeout = probe.timeout() != null ? probe.timeout() : USUAL_TIMEOUT;
    this.interval = probe.interval() != null ? probe.interval() : thirdOf(open.wholeWait());
  }

  void begin() {
    pause();
  }

  /** No probe is made any more, and the one under way is cancelled. */
  void end() {
    waiting.getAndSet(ENDED).cancel();
  }

  private static Duration thirdOf(Duration wait) {
    var third = wait.dividedBy(3);
    return third.compareTo(LEAST_INTERVAL) > 0 ? third : LEAST_INTERVAL;
  }

  /** Only who is BUSY calls this and the methods down to {@link #ask}. */
  private void pause() {
    long left = open.retryAfterNanos(circuit.now());
    if (isOver() || Durations.saturatedNanos(interval) > left) {
      end();
    } else {
      await(new Wait(null), interval, this::ask);
    }
  }

  private void ask() {
    if (isOver()) {
      end();
      return;
    }
    CompletionStage<?> stage;
    try {
      stage = Objects.requireNonNull(probe.request().get(), "the probe returned no stage");
    } catch (Throwable thrown) {
      failed(thrown);
      return;
    }
    var wait = new Wait(stage);
    if (await(wait, timeout, this::pause)) {
      try {
        stage.whenComplete(
            (value, thrown) ->
                resume(wait, thrown == null ? this::answered : () -> failed(thrown)));
      } catch (Throwable broken) {
        resume(wait, () -> failed(broken));
      }
    }
  }

  private void answered() {
    waiting.compareAndSet(BUSY, ENDED);
    circuit.recover(open);
  }

  /** Its message may quote a request, so only its type is told. */
  private void failed(Throwable thrown) {
    try {
      LOG.log(Level.DEBUG, "A health probe failed: {0}", Stages.bare(thrown).getClass().getName());
    } catch (RuntimeException | Error ignored) {
      // A log that cannot be written must not end the probes.
    }
    pause();
  }

  /** Whether the breaker has left this opening; that may be told a little later. */
  private boolean isOver() {
    return circuit.phase() != open;
  }

  /** Waits for {@code wait} to be resumed, and goes on with {@code late} when its time is over. */
  private boolean await(Wait wait, Duration time, Runnable late) {
    if (!waiting.compareAndSet(BUSY, wait)) {
      wait.cancel();
      return false;
    }
    try {
      wait.timer = circuit.time.schedule(time, () -> resume(wait, late));
    } catch (Throwable refused) {
      end();
      throw refused;
    }
    if (waiting.get() != wait) {
      wait.cancelTimer();
    }
    return true;
  }

  private void resume(Wait wait, Runnable next) {
    if (waiting.compareAndSet(wait, BUSY)) {
      wait.cancel();
      next.run();
    }
  }

  /** A timer, and the stage of a probe if one is under way. */
  private static final class Wait {

    private final @Nullable CompletionStage<?> stage;
    private volatile @Nullable ScheduledTask timer;

    private Wait(@Nullable CompletionStage<?> stage) {
      this.stage = stage;
    }

    private void cancel() {
      cancelTimer();
      if (stage != null) {
        Stages.cancel(stage);
      }
    }

    private void cancelTimer() {
      var started = timer;
      if (started != null) {
        started.cancel();
      }
    }
  }
}
