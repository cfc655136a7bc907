package dev.holdfast.breaker;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HALF_OPEN: the probes that are out, and the successes so far. Immutable; each change of the two
 * is a new object of the same generation, so a probe counts if, and only if, it is among {@link
 * #probes}.
 */
final class HalfOpen extends Phase {

  private final int places;
  private final int failures;
  private final int opening;
  private final int successes;
  private final List<Probe> probes;

  HalfOpen(long generation, int places, int failures, int opening) {
    this(generation, places, failures, opening, 0, List.of());
  }

  private HalfOpen(
      long generation, int places, int failures, int opening, int successes, List<Probe> probes) {
    super(generation);
    this.places = places;
    this.failures = failures;
    this.opening = opening;
    this.successes = successes;
    this.probes = probes;
  }

  /**
   * This phase with one more probe, or null if all places are taken by probes within their lease.
   */
  @Nullable HalfOpen with(Probe probe, long now) {
    var live = probes.size() < places ? probes : within(now);
    if (live.size() >= places) {
      return null;
    }
    return with(successes, Stream.concat(live.stream(), Stream.of(probe)).toList());
  }

  /** This phase when {@code probe} has gone with no opinion. */
  HalfOpen without(Probe probe) {
    return with(successes, others(probe));
  }

  /** This phase when {@code probe} has succeeded. */
  HalfOpen succeeded(Probe probe) {
    return with(successes + 1, others(probe));
  }

  boolean holds(Probe probe) {
    return probes.contains(probe);
  }

  /** The openings since the breaker was last closed. */
  int opening() {
    return opening;
  }

  int successes() {
    return successes;
  }

  @Override
  CircuitBreaker.State state() {
    return CircuitBreaker.State.HALF_OPEN;
  }

  @Override
  int failures() {
    return failures;
  }

  /** The time until the first lease ends, if no place is free. */
  @Override
  long retryAfterNanos(long now) {
    if (probes.size() < places) {
      return 0;
    }
    return probes.stream().mapToLong(probe -> probe.leaseLeft(now)).min().orElse(0);
  }

  private HalfOpen with(int successes, List<Probe> probes) {
    return new HalfOpen(generation, places, failures, opening, successes, probes);
  }

  private List<Probe> within(long now) {
    return probes.stream().filter(probe -> probe.leaseLeft(now) > 0).toList();
  }

  private List<Probe> others(Probe probe) {
    return probes.stream().filter(other -> other != probe).toList();
  }
}
