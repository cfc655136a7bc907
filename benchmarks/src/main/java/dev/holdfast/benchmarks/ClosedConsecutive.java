package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A successful call, on a closed breaker that counts consecutive failures. */
public class ClosedConsecutive {

  /** Nothing around the call. */
  @State(Scope.Benchmark)
  public static class BareState extends GuardedCall {}

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.consecutive();
  }

  /** One breaker for all threads. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.consecutive());
  }

  @Benchmark
  public String bare(BareState state) {
    return state.answer();
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    return state.breaker.call(state::answer);
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    return state.executor.get(state::answer);
  }
}
