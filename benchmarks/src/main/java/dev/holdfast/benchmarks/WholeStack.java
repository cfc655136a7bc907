package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Fallback;
import dev.failsafe.Timeout;
import dev.holdfast.Resilience;
import dev.holdfast.bulkhead.BulkheadConfig;
import dev.holdfast.model.Feature;
import dev.holdfast.model.Model;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.CallableUtils;
import io.github.resilience4j.core.SupplierUtils;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call that is answered at once, within everything. Holdfast's has a chain of two models, gates,
 * classification, attempt timeout and deadline on top of what its peers have: bulkhead, breaker,
 * retry and fallback. Those that are timed have a timeout of the attempt as well.
 */
public class WholeStack {

  /** All of a call. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final Resilience resilience =
        Resilience.builder()
            .model(Model.of("first"))
            .model(Model.of("second"))
            .retry(Holdfast.retry())
            .deadline(Duration.ofMinutes(2))
            .feature(
                Feature.named("chat")
                    .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(Settings.PLACES).build())
                    .build())
            .build()
            .feature("chat");
  }

  /** Fallback, breaker, retry, bulkhead. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final Supplier<String> guarded =
        SupplierUtils.recover(
            CircuitBreaker.decorateSupplier(
                Resilience4j.countWindow(),
                Retry.decorateSupplier(
                    Resilience4j.retry(),
                    Bulkhead.decorateSupplier(Resilience4j.bulkhead(), this::answer))),
            failure -> "degraded");
  }

  /**
   * The same, and a timeout of the attempt. Blocking code has one only on a thread of its own,
   * which the caller waits for.
   */
  @State(Scope.Benchmark)
  public static class Resilience4jTimedState extends GuardedCall {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Callable<String> guarded =
        CallableUtils.recover(
            CircuitBreaker.decorateCallable(
                Resilience4j.countWindow(),
                Retry.decorateCallable(
                    Resilience4j.retry(),
                    Bulkhead.decorateCallable(
                        Resilience4j.bulkhead(),
                        TimeLimiter.decorateFutureSupplier(
                            TimeLimiter.of(Settings.TIMEOUT),
                            () -> threads.submit(this::answer))))),
            failure -> "degraded");

    /** Ends the threads. */
    @TearDown
    public void close() {
      threads.shutdown();
    }
  }

  /** Fallback, breaker, retry, bulkhead. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final FailsafeExecutor<Object> executor =
        Failsafe.with(
            Fallback.<Object>of("degraded"),
            FailsafePolicies.consecutive(),
            FailsafePolicies.retry(),
            FailsafePolicies.bulkhead());
  }

  /** The same, and a timeout of the attempt, which interrupts it. */
  @State(Scope.Benchmark)
  public static class FailsafeTimedState extends GuardedCall {
    private final FailsafeExecutor<Object> executor =
        Failsafe.with(
            Fallback.<Object>of("degraded"),
            FailsafePolicies.consecutive(),
            FailsafePolicies.retry(),
            FailsafePolicies.bulkhead(),
            Timeout.<Object>builder(Settings.TIMEOUT).withInterrupt().build());
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    return state.resilience.call(attempt -> state.answer());
  }

  @Benchmark
  public String resilience4j(Resilience4jState state) {
    return state.guarded.get();
  }

  @Benchmark
  public String resilience4jTimed(Resilience4jTimedState state) throws Exception {
    return state.guarded.call();
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    return state.executor.get(state::answer);
  }

  @Benchmark
  public String failsafeTimed(FailsafeTimedState state) {
    return state.executor.get(state::answer);
  }
}
