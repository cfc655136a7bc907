package dev.holdfast.benchmarks;

import arrow.resilience.CircuitBreaker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A successful suspending call, on a closed breaker. */
@OperationsPerInvocation(SuspendCalls.CALLS)
public class ClosedSuspend {

  /** Nothing around the call. */
  @State(Scope.Benchmark)
  public static class BareState extends GuardedCall {}

  /** The consecutive rule. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final dev.holdfast.breaker.CircuitBreaker breaker = Holdfast.consecutive();
  }

  /** The consecutive rule. */
  @State(Scope.Benchmark)
  public static class ArrowCountState extends GuardedCall {
    private final CircuitBreaker breaker = ArrowPolicies.consecutive();
  }

  /** A time window. */
  @State(Scope.Benchmark)
  public static class ArrowSlidingWindowState extends GuardedCall {
    private final CircuitBreaker breaker = ArrowPolicies.timeWindow();
  }

  /** A count window. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Resilience4j.countWindow();
  }

  /** The consecutive rule. */
  @State(Scope.Benchmark)
  public static class MutexState extends GuardedCall {
    private final MutexBreaker breaker = MutexBreaker.closed();
  }

  @Benchmark
  public void bare(BareState state, Blackhole hole) {
    SuspendCalls.bare(state, hole);
  }

  @Benchmark
  public void holdfast(HoldfastState state, Blackhole hole) {
    SuspendCalls.holdfast(state.breaker, state, hole);
  }

  @Benchmark
  public void arrowCount(ArrowCountState state, Blackhole hole) {
    SuspendCalls.arrow(state.breaker, state, hole);
  }

  @Benchmark
  public void arrowSlidingWindow(ArrowSlidingWindowState state, Blackhole hole) {
    SuspendCalls.arrow(state.breaker, state, hole);
  }

  @Benchmark
  public void resilience4j(Resilience4jState state, Blackhole hole) {
    SuspendCalls.resilience4j(state.breaker, state, hole);
  }

  @Benchmark
  public void mutex(MutexState state, Blackhole hole) {
    SuspendCalls.mutex(state.breaker, state, hole);
  }
}
