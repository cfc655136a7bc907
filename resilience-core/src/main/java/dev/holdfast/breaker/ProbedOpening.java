package dev.holdfast.breaker;

import dev.holdfast.log.Log;
import dev.holdfast.stage.Baton;
import dev.holdfast.stage.Stages;
import dev.holdfast.stage.Wait;
import dev.holdfast.time.Durations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The health probes of one opening, one after the other. It waits for a pause or for a probe, until
 * that is over or {@link #end} comes.
 */
final class ProbedOpening {

  private static final Log LOG = Log.of("dev.holdfast.breaker");

  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(60);

  private final Circuit circuit;
  private final Open open;
  private final HealthProbe probe;
  private final Duration timeout;
  private final Duration interval;
  private final Baton baton = new Baton();

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
    var last = baton.abandon();
    if (last != null) {
      last.cancel();
    }
  }

  private static Duration thirdOf(Duration wait) {
    var third = wait.dividedBy(3);
    return third.compareTo(LEAST_INTERVAL) > 0 ? third : LEAST_INTERVAL;
  }

  /** Only who is busy calls this and the methods down to {@link #ask}. */
  private void pause() {
    long left = open.retryAfterNanos(circuit.now());
    if (isOver() || Durations.saturatedNanos(interval) > left) {
      end();
    } else {
      await(Wait.forTimer(), interval, this::ask);
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
    var wait = Wait.forStage(stage);
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
    baton.end();
    circuit.recover(open);
  }

  /** Its message may quote a request, so only its type is told. */
  private void failed(Throwable thrown) {
    LOG.write(Level.DEBUG, "A health probe failed: {0}", Stages.bare(thrown).getClass().getName());
    pause();
  }

  /** Whether the breaker has left this opening; that may be told a little later. */
  private boolean isOver() {
    return circuit.phase() != open;
  }

  /** Waits for {@code wait} to be resumed, and goes on with {@code late} when its time is over. */
  private boolean await(Wait wait, Duration time, Runnable late) {
    if (!baton.await(wait)) {
      wait.cancel();
      return false;
    }
    try {
      baton.startTimer(wait, circuit.time, time, () -> resume(wait, late));
    } catch (Throwable refused) {
      end();
      throw refused;
    }
    return true;
  }

  private void resume(Wait wait, Runnable next) {
    if (baton.take(wait)) {
      wait.cancel();
      next.run();
    }
  }
}
