package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call whose future is complete when the supplier returns it. */
public class CompletedFuture {

  /** A closed breaker. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.consecutive();
    private final CompletableFuture<String> completed = CompletableFuture.completedFuture(answer());
  }

  /** A closed breaker. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Resilience4j.countWindow();
    private final CompletableFuture<String> completed = CompletableFuture.completedFuture(answer());
  }

  /** A closed breaker. It answers on another thread, so its caller waits. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.consecutive());
    private final CompletableFuture<String> completed = CompletableFuture.completedFuture(answer());
  }

  @Benchmark
  public Object holdfast(HoldfastState state) {
    return state.breaker.callAsync(() -> state.completed);
  }

  @Benchmark
  public Object resilience4j(Resilience4jState state) {
    return state.breaker.executeCompletionStage(() -> state.completed);
  }

  @Benchmark
  public Object failsafe(FailsafeState state) {
    return state.executor.getStageAsync(() -> state.completed).join();
  }
}
