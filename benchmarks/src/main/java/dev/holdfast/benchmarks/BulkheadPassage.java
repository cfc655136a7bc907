package dev.holdfast.benchmarks;

import dev.failsafe.Bulkhead;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Into a bulkhead that has places, and out of it again. */
public class BulkheadPassage {

  /** A bulkhead that refuses when it is full. */
  @State(Scope.Benchmark)
  public static class HoldfastState extends GuardedCall {
    private final dev.holdfast.bulkhead.Bulkhead bulkhead = Holdfast.bulkhead();
  }

  /** The JDK's own. */
  @State(Scope.Benchmark)
  public static class SemaphoreState extends GuardedCall {
    private final Semaphore semaphore = new Semaphore(Settings.PLACES, true);
  }

  /** The one of the coroutines library. */
  @State(Scope.Benchmark)
  public static class CoroutinesState extends GuardedCall {
    private final kotlinx.coroutines.sync.Semaphore semaphore =
        kotlinx.coroutines.sync.SemaphoreKt.Semaphore(Settings.PLACES, 0);
  }

  /** A bulkhead that refuses when it is full. */
  @State(Scope.Benchmark)
  public static class Resilience4jState extends GuardedCall {
    private final io.github.resilience4j.bulkhead.Bulkhead bulkhead = Resilience4j.bulkhead();
  }

  /** A bulkhead that refuses when it is full. */
  @State(Scope.Benchmark)
  public static class FailsafeState extends GuardedCall {
    private final Bulkhead<Object> bulkhead = FailsafePolicies.bulkhead();
  }

  @Benchmark
  public String holdfast(HoldfastState state) {
    var entry = state.bulkhead.tryEnter();
    if (entry == null) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      entry.exit();
    }
  }

  @Benchmark
  public String holdfastSlot(HoldfastState state) {
    var slot = state.bulkhead.tryAcquire();
    if (slot == null) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      slot.close();
    }
  }

  @Benchmark
  public String holdfastCall(HoldfastState state) {
    return state.bulkhead.call(state::answer);
  }

  @Benchmark
  @OperationsPerInvocation(SuspendCalls.CALLS)
  public void holdfastSuspend(HoldfastState state, Blackhole hole) {
    SuspendCalls.holdfast(state.bulkhead, state, hole);
  }

  @Benchmark
  public String semaphore(SemaphoreState state) {
    if (!state.semaphore.tryAcquire()) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      state.semaphore.release();
    }
  }

  @Benchmark
  public String coroutines(CoroutinesState state) {
    if (!state.semaphore.tryAcquire()) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      state.semaphore.release();
    }
  }

  @Benchmark
  @OperationsPerInvocation(SuspendCalls.CALLS)
  public void coroutinesSuspend(CoroutinesState state, Blackhole hole) {
    SuspendCalls.coroutines(state.semaphore, state, hole);
  }

  @Benchmark
  public String resilience4j(Resilience4jState state) {
    if (!state.bulkhead.tryAcquirePermission()) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      state.bulkhead.onComplete();
    }
  }

  @Benchmark
  public String failsafe(FailsafeState state) {
    if (!state.bulkhead.tryAcquirePermit()) {
      throw new IllegalStateException("full");
    }
    try {
      return state.answer();
    } finally {
      state.bulkhead.releasePermit();
    }
  }
}
