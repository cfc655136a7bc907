package dev.holdfast.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.holdfast.breaker.CircuitBreaker;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A successful call, on a closed breaker whose rejections somebody listens to. */
public class ClosedWithListener {

  /** The listener counts; it is never told anything. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.consecutive();
    private final LongAdder rejections = new LongAdder();

    /** Registers the listener. */
    @Setup
    public void listen() {
      breaker.onRejection(rejection -> rejections.increment());
    }
  }

  /** The listener counts; it is never told anything. */
  @State(Scope.Benchmark)
  public static class HoldfastCountWindowState extends GuardedCall {
    private final CircuitBreaker breaker = Holdfast.countWindow();
    private final LongAdder rejections = new LongAdder();

    /** Registers the listener. */
    @Setup
    public void listen() {
      breaker.onRejection(rejection -> rejections.increment());
    }
  }

  /** The listener counts; it is never told anything. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final LongAdder rejections = new LongAdder();
    private final Supplier<String> guarded = listenedTo();

    private Supplier<String> listenedTo() {
      var breaker = Resilience4j.countWindow();
      breaker.getEventPublisher().onCallNotPermitted(rejection -> rejections.increment());
      return io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
          breaker, this::answer);
    }
  }

  /** It has no event of its own for a rejection; the listener hears of failed calls. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final LongAdder rejections = new LongAdder();
    private final FailsafeExecutor<Object> executor =
        Failsafe.with(FailsafePolicies.consecutive())
            .onFailure(rejection -> rejections.increment());
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    return state.breaker.call(state::answer);
  }

  @Benchmark
  public String holdfastCountWindow(HoldfastCountWindowState state) {
    return state.breaker.call(state::answer);
  }

  @Benchmark
  public String resilience4j(Resilience4jState state) {
    return state.guarded.get();
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    return state.executor.get(state::answer);
  }
}
