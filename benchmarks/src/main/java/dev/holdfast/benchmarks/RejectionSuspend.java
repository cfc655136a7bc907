package dev.holdfast.benchmarks;

import arrow.resilience.CircuitBreaker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A suspending call that an open breaker refuses with an exception, which the caller catches. */
@OperationsPerInvocation(SuspendCalls.CALLS)
public class RejectionSuspend {

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final dev.holdfast.breaker.CircuitBreaker breaker = Holdfast.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class ArrowState extends GuardedCall {
    private final CircuitBreaker breaker = ArrowPolicies.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Resilience4j.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class MutexState extends GuardedCall {
    private final MutexBreaker breaker = MutexBreaker.open();
  }

  @Benchmark
  public void holdfast(HoldfastState state, Blackhole hole) {
    SuspendRejections.holdfast(state.breaker, state, hole);
  }

  @Benchmark
  public void arrow(ArrowState state, Blackhole hole) {
    SuspendRejections.arrow(state.breaker, state, hole);
  }

  @Benchmark
  public void resilience4j(Resilience4jState state, Blackhole hole) {
    SuspendRejections.resilience4j(state.breaker, state, hole);
  }

  @Benchmark
  public void mutex(MutexState state, Blackhole hole) {
    SuspendRejections.mutex(state.breaker, state, hole);
  }
}
