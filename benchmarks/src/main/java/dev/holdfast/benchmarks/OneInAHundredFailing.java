package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Calls of which one in a hundred fails, on a breaker that stays closed. */
public class OneInAHundredFailing {

  /** Nothing around the call. */
  @State(Scope.Thread)
  public static class BareState extends FailingCall {}

  /** The consecutive rule. */
  @State(Scope.Thread)
  public static class HoldfastState extends FailingCall {
    private final CircuitBreaker breaker = Holdfast.consecutive();
  }

  /** A count window. */
  @State(Scope.Thread)
  public static class HoldfastCountWindowState extends FailingCall {
    private final CircuitBreaker breaker = Holdfast.countWindow();
  }

  /** The consecutive rule. */
  @State(Scope.Thread)
  public static class FailsafeState extends FailingCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.consecutive());
  }

  /** A count window. */
  @State(Scope.Thread)
  public static class FailsafeCountWindowState extends FailingCall {
    private final FailsafeExecutor<Object> executor = Failsafe.with(FailsafePolicies.countWindow());
  }

  /** A count window. */
  @State(Scope.Thread)
  public static class Resilience4jCountWindowState extends FailingCall {
    private final Supplier<String> guarded =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            Resilience4j.countWindow(), this::answerOrFail);
  }

  @Benchmark
  public Object bare(BareState state) {
    try {
      return state.answerOrFail();
    } catch (ModelDownException failure) {
      return failure;
    }
  }

  @Benchmark
  public Object holdfast(HoldfastState state) {
    try {
      return state.breaker.call(state::answerOrFail);
    } catch (ModelDownException failure) {
      return failure;
    }
  }

  @Benchmark
  public Object holdfastCountWindow(HoldfastCountWindowState state) {
    try {
      return state.breaker.call(state::answerOrFail);
    } catch (ModelDownException failure) {
      return failure;
    }
  }

  @Benchmark
  public Object failsafe(FailsafeState state) {
    try {
      return state.executor.get(state::answerOrFail);
    } catch (ModelDownException failure) {
      return failure;
    }
  }

  @Benchmark
  public Object failsafeCountWindow(FailsafeCountWindowState state) {
    try {
      return state.executor.get(state::answerOrFail);
    } catch (ModelDownException failure) {
      return failure;
    }
  }

  @Benchmark
  public Object resilience4jCountWindow(Resilience4jCountWindowState state) {
    try {
      return state.guarded.get();
    } catch (ModelDownException failure) {
      return failure;
    }
  }
}
