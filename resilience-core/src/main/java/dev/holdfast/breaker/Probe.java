package dev.holdfast.breaker;

import dev.holdfast.thrown.Suppressed;
import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The admission of one call in HALF_OPEN. It holds one of the places until it is settled. */
final class Probe implements Admission {

  private final Circuit circuit;
  private final long since;
  private final long leaseNanos;
  private final AtomicBoolean decided = new AtomicBoolean();

  Probe(Circuit circuit, long since, long leaseNanos) {
    this.circuit = circuit;
    this.since = since;
    this.leaseNanos = leaseNanos;
  }

  /** The rest of the lease in nanoseconds; zero when its place may be given to another. */
  long leaseLeft(long now) {
    return Durations.leftNanos(leaseNanos, since, now);
  }

  /** The first content decides a probe: how the rest of a long stream goes is not waited for. */
  @Override
  public void contentArrived() {
    success();
  }

  @Override
  public void success() {
    decide(
        () -> {
          if (circuit.isSlow(circuit.now() - since)) {
            circuit.failed(this, null);
          } else {
            circuit.succeeded(this);
          }
        });
  }

  @Override
  public void failure() {
    failed(null);
  }

  @Override
  public void failure(Duration retryAfter) {
    failed(retryAfter);
  }

  @Override
  public void failure(Throwable thrown, @Nullable Duration retryAfter) {
    try {
      if (circuit.counts(thrown)) {
        failed(retryAfter);
      } else {
        release();
      }
    } catch (Throwable brokenClock) {
      Suppressed.add(thrown, brokenClock);
    }
  }

  @Override
  public void release() {
    if (decides()) {
      circuit.released(this);
    }
  }

  private void failed(@Nullable Duration retryAfter) {
    decide(() -> circuit.failed(this, retryAfter));
  }

  private void decide(Runnable report) {
    if (!decides()) {
      return;
    }
    try {
      report.run();
    } catch (Throwable brokenClock) {
      // Nobody reports again, so it must not keep its place.
      circuit.released(this);
      throw brokenClock;
    }
  }

  /** Whether this report is the one that decides. After the first content, the end does not. */
  private boolean decides() {
    return decided.compareAndSet(false, true);
  }
}
