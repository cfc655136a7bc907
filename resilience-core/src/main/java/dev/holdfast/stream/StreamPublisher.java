package dev.holdfast.stream;

import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.time.Time;
import java.util.Objects;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call whose answer is a stream. Each subscription is a call of its own, which begins when its
 * first item is requested. {@link dev.holdfast.Resilience#publisher} makes it.
 *
 * <p>Until the first content a failed attempt is tried again or the next model asked, and nothing
 * of it is seen: items that are not content are held back. After it nothing is replayed, and a
 * failure is a {@link dev.holdfast.outcome.StreamInterruptedException} with what had arrived.
 *
 * <p>A model has its first-content timeout until the first content and its stream gap until each
 * further one. They count while the consumer has requested items that have not come, so a slow
 * consumer is no stalled model. The deadline of the call always counts.
 *
 * <p>A consumer that cancels after the first content leaves a success, before it no opinion of the
 * model. The breaker's permit and the slot of the bulkhead are held until the stream ends.
 *
 * <p>Signals come one at a time, on the threads of the publishers, on those that request, and on
 * the JDK's common pool. Safe for use by many threads.
 *
 * @param <T> the items
 */
public final class StreamPublisher<T> implements Publisher<T> {

  private final StreamCall<T> call;

  /**
   * Creates a publisher.
   *
   * @param plans gives the plan of a call that starts now; degradable if there is a degraded answer
   * @param time the clock of the plans
   * @param options which items are content
   * @param call asks a model; called once for each attempt
   * @param degraded gives the answer when no model did; null if there is none
   */
  public StreamPublisher(
      Supplier<CallPlan<Void>> plans,
      Time time,
      StreamOptions<? super T> options,
      Function<? super Attempt, ? extends Publisher<T>> call,
      @Nullable Function<? super CallFailure, ? extends Publisher<T>> degraded) {
    this.call =
        new StreamCall<>(
            Objects.requireNonNull(plans, "plans"),
            Objects.requireNonNull(time, "time"),
            Objects.requireNonNull(options, "options"),
            Objects.requireNonNull(call, "call"),
            degraded);
  }

  @Override
  public void subscribe(Subscriber<? super T> subscriber) {
    var outlet = new Outlet<T>(Objects.requireNonNull(subscriber, "subscriber"));
    var driver = new StreamDriver<>(call, outlet);
    try {
      subscriber.onSubscribe(driver);
    } catch (Throwable broken) {
      outlet.cancel();
      Mailbox.report(broken);
    }
  }
}
