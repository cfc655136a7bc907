package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call whose future is completed after the guarded one was handed out. */
public class PendingFuture {

  /** A closed breaker. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.consecutive();
  }

  /** A closed breaker. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Resilience4j.countWindow();
  }

  /** A closed breaker. It answers on another thread, so its caller waits. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.consecutive());
  }

  @Benchmark
  public Object holdfast(HoldfastState state) {
    var source = new CompletableFuture<String>();
    var answer = state.breaker.callAsync(() -> source);
    source.complete(state.answer());
    return answer.join();
  }

  @Benchmark
  public Object resilience4j(Resilience4jState state) {
    var source = new CompletableFuture<String>();
    var answer = state.breaker.executeCompletionStage(() -> source);
    source.complete(state.answer());
    return answer.toCompletableFuture().join();
  }

  @Benchmark
  public Object failsafe(FailsafeState state) {
    var source = new CompletableFuture<String>();
    var answer = state.executor.getStageAsync(() -> source);
    source.complete(state.answer());
    return answer.join();
  }
}
