package dev.holdfast.retry;

import dev.holdfast.time.Time;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps the retries of all callers of one target to a fraction of their calls, so that an outage is
 * not answered with a multiple of the load that caused it.
 *
 * <p>Everything is counted in calls and retries. Each call earns {@link RetryBudgetConfig#fraction}
 * of a retry (0.2 by default, one for five calls), whether it succeeds or fails, and each retry
 * costs one. The earnings of {@link RetryBudgetConfig#recentCalls} calls (100 by default, so 20
 * retries) are kept, those of more are not, and no time takes them away; a new budget has none.
 * Beside them {@link RetryBudgetConfig#minPerSecond} retries (3 by default) are free in each
 * second, and are used up first.
 *
 * <p>A call whose caller gives up in the first attempt earns nothing, unless a {@link
 * dev.holdfast.Resilience} makes it: there each earns when its first attempt begins. A retry is
 * paid for when it is decided, before its pause. If the call is cancelled in the pause, or finds
 * the breaker open after it, the retry is not given back. A call without a retry to pay with does
 * not wait for one: it ends, or in a {@code Resilience} goes to the next model, whose first attempt
 * is no retry and costs nothing.
 *
 * <p>Make one for each target and hand it to every {@link Retry} whose calls go there. Safe for use
 * by many threads.
 *
 * <p><b>Pitfalls.</b> A budget made for each call, or together with a {@code Retry} that is, has
 * seen no calls and limits nothing but the free retries. The budget of a {@code Resilience} is one
 * for all the models of a chain, so that of one which is down can use up what another needs:
 * features may have their own by {@link dev.holdfast.model.Feature.Builder#retry}. And a {@code
 * Retry} inside an attempt of another one must not share its budget, or every attempt earns.
 */
public final class RetryBudget {

  /*
   * Two counters, each changed by compare-and-set alone. saved is what the calls have earned: while
   * it is full, as in good times, a call reads it and writes nothing. freeUntil tells how far the
   * free retries are used up: each moves it on by its share of a second from now or from where it
   * is, and it must not get further than a second ahead of the clock. Neither needs a timer, and the
   * clock is read for a retry only.
   */

  private static final long RETRY = 1_000_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final VarHandle SAVED;
  private static final VarHandle FREE_UNTIL;

  static {
    try {
      var lookup = MethodHandles.lookup();
      SAVED = lookup.findVarHandle(RetryBudget.class, "saved", long.class);
      FREE_UNTIL = lookup.findVarHandle(RetryBudget.class, "freeUntil", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final RetryBudgetConfig config;
  private final Time time;
  private final long earnings;
  private final long mostSaved;
  private final LongAdder refused = new LongAdder();
  private volatile long saved;
  private volatile long freeUntil;

  private RetryBudget(RetryBudgetConfig config, Time time) {
    this.config = Objects.requireNonNull(config, "config");
    this.time = Objects.requireNonNull(time, "time");
    this.earnings = Math.round(config.fraction() * RETRY);
    this.mostSaved = earnings == 0 ? 0 : Math.max(RETRY, earnings * config.recentCalls());
    this.freeUntil = time.nanoTime();
  }

  /** A budget with the given settings. */
  public static RetryBudget of(RetryBudgetConfig config) {
    return of(config, Time.system());
  }

  /** A budget with the given settings, which reads the given clock. */
  public static RetryBudget of(RetryBudgetConfig config, Time time) {
    return new RetryBudget(config, time);
  }

  /** The settings. */
  public RetryBudgetConfig config() {
    return config;
  }

  /** Counts a call, however many attempts it takes. */
  public void recordCall() {
    for (long seen = saved; seen < mostSaved; seen = saved) {
      if (SAVED.compareAndSet(this, seen, Math.min(mostSaved, seen + earnings))) {
        return;
      }
    }
  }

  /** Takes one retry, a free one if there is one; false if there is none at all. */
  public boolean tryAcquire() {
    boolean acquired = takeFree() || takeSaved();
    if (!acquired) {
      refused.increment();
    }
    return acquired;
  }

  /** The retries that could be taken now. */
  public int available() {
    long free =
        config.minPerSecond() == 0
            ? 0
            : (SECOND - ahead(freeUntil, time.nanoTime())) / shareOfSecond();
    return (int) Math.min(Integer.MAX_VALUE, free + saved / RETRY);
  }

  /** How many retries were refused so far. */
  public long refused() {
    return refused.sum();
  }

  private boolean takeFree() {
    if (config.minPerSecond() == 0) {
      return false;
    }
    long now = time.nanoTime();
    long share = shareOfSecond();
    while (true) {
      long seen = freeUntil;
      long after = ahead(seen, now) + share;
      if (after > SECOND) {
        return false;
      }
      if (FREE_UNTIL.compareAndSet(this, seen, now + after)) {
        return true;
      }
    }
  }

  /** What each of the free retries takes of a second; the clock knows no less than a nanosecond. */
  private long shareOfSecond() {
    return Math.max(1, SECOND / config.minPerSecond());
  }

  private boolean takeSaved() {
    for (long seen = saved; seen >= RETRY; seen = saved) {
      if (SAVED.compareAndSet(this, seen, seen - RETRY)) {
        return true;
      }
    }
    return false;
  }

  private static long ahead(long moment, long now) {
    return Math.max(0, moment - now);
  }
}
