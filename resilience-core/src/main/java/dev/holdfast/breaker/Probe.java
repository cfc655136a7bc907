package dev.holdfast.breaker;

import dev.holdfast.time.Durations;

/** The admission of one call in HALF_OPEN. It holds one of the places until it is settled. */
final class Probe implements Admission {

  private final Circuit circuit;
  private final long since;
  private final long leaseNanos;

  Probe(Circuit circuit, long since, long leaseNanos) {
    this.circuit = circuit;
    this.since = since;
    this.leaseNanos = leaseNanos;
  }

  /** The rest of the lease in nanoseconds; zero when its place may be given to another. */
  long leaseLeft(long now) {
    return Durations.leftNanos(leaseNanos, since, now);
  }

  @Override
  public void success() {
    circuit.succeeded(this);
  }

  @Override
  public void failure() {
    circuit.failed(this);
  }

  @Override
  public void failure(Throwable thrown) {
    if (circuit.counts(thrown)) {
      failure();
    } else {
      release();
    }
  }

  @Override
  public void release() {
    circuit.released(this);
  }
}
