package dev.holdfast.benchmarks;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitOpenException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call that an open breaker refuses with an exception, which the caller catches. */
public class Rejection {

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.open();
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final Supplier<String> guarded =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            Resilience4j.open(), this::answer);
  }

  /** An open breaker. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.open());
  }

  @Benchmark
  public Object holdfast(HoldfastState state) {
    try {
      return state.breaker.call(state::answer);
    } catch (CircuitOpenException refused) {
      return refused;
    }
  }

  @Benchmark
  public Object resilience4j(Resilience4jState state) {
    try {
      return state.guarded.get();
    } catch (CallNotPermittedException refused) {
      return refused;
    }
  }

  @Benchmark
  public Object failsafe(FailsafeState state) {
    try {
      return state.executor.get(state::answer);
    } catch (CircuitBreakerOpenException refused) {
      return refused;
    }
  }
}
