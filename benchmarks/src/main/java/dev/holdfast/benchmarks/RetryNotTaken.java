package dev.holdfast.benchmarks;

import arrow.resilience.Schedule;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.github.resilience4j.retry.Retry;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A call that succeeds at its first attempt, within a retry. */
public class RetryNotTaken {

  /** A blocking or a suspending retry. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final dev.holdfast.retry.Retry retry = Holdfast.retry();
  }

  /** A blocking retry. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final Supplier<String> guarded =
        Retry.decorateSupplier(Resilience4j.retry(), this::answer);
  }

  /** A suspending retry. */
  @State(Scope.Benchmark)
  public static class Resilience4jSuspendState extends GuardedCall {
    private final Retry retry = Resilience4j.retry();
  }

  /** A suspending retry. */
  @State(Scope.Benchmark)
  public static class ArrowState extends GuardedCall {
    private final Schedule<Throwable, Long> schedule = ArrowPolicies.retry();
  }

  /** A blocking retry. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.retry());
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    return state.retry.call(state::answer);
  }

  @Benchmark
  @OperationsPerInvocation(SuspendCalls.CALLS)
  public void holdfastSuspend(HoldfastState state, Blackhole hole) {
    SuspendCalls.holdfast(state.retry, state, hole);
  }

  @Benchmark
  public String resilience4j(Resilience4jState state) {
    return state.guarded.get();
  }

  @Benchmark
  @OperationsPerInvocation(SuspendCalls.CALLS)
  public void resilience4jSuspend(Resilience4jSuspendState state, Blackhole hole) {
    SuspendCalls.resilience4j(state.retry, state, hole);
  }

  @Benchmark
  @OperationsPerInvocation(SuspendCalls.CALLS)
  public void arrow(ArrowState state, Blackhole hole) {
    SuspendCalls.arrow(state.schedule, state, hole);
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    return state.executor.get(state::answer);
  }
}
