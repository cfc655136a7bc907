package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A successful call, on a closed breaker with a window of 10 seconds. */
public class ClosedTimeWindow {

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final dev.holdfast.breaker.CircuitBreaker breaker = Holdfast.timeWindow();
  }

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final Supplier<String> guarded =
        CircuitBreaker.decorateSupplier(Resilience4j.timeWindow(), this::answer);
  }

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class Resilience4jLockFreeState extends GuardedCall {
    private final Supplier<String> guarded =
        CircuitBreaker.decorateSupplier(Resilience4j.timeWindowLockFree(), this::answer);
  }

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.timeWindow());
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    return state.breaker.call(state::answer);
  }

  @Benchmark
  public String resilience4j(Resilience4jState state) {
    return state.guarded.get();
  }

  @Benchmark
  public String resilience4jLockFree(Resilience4jLockFreeState state) {
    return state.guarded.get();
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    return state.executor.get(state::answer);
  }
}
