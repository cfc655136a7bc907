package dev.holdfast.benchmarks;

import dev.failsafe.CircuitBreaker;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A permit that an open breaker refuses without an exception. */
public class RejectionWithoutException {

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class HoldfastState {
    private final dev.holdfast.breaker.CircuitBreaker breaker = Holdfast.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class Resilience4jState {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Resilience4j.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class FailsafeState {
    private final CircuitBreaker<Object> breaker = FailsafePolicies.open();
  }

  @Benchmark
  public @Nullable Object holdfast(HoldfastState state) {
    return state.breaker.tryAcquire();
  }

  @Benchmark
  public boolean resilience4j(Resilience4jState state) {
    return state.breaker.tryAcquirePermission();
  }

  @Benchmark
  public boolean failsafe(FailsafeState state) {
    return state.breaker.tryAcquirePermit();
  }
}
