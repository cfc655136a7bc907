package dev.holdfast.stream;

import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.stage.Stages;
import java.util.Objects;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of one call whose answer is a stream, on whatever threads request items,
 * send them and complete its waits. Everything happens in its mailbox, so the plan is never used by
 * two threads, and no consumer is called by two at once.
 */
final class StreamDriver<T> implements Subscription, Source.Listener<T> {

  private final StreamCall<T> call;
  private final Outlet<T> outlet;
  private final Mailbox mailbox = new Mailbox(this::broken);
  private final StallTimer timer;

  /** Null until the first item is requested, and when the call has ended. */
  private @Nullable CallPlan<Void> plan;

  /** The attempt or the degraded answer under way. */
  private @Nullable Source<T> source;

  /** The items of the attempt under way, or what is left of those of the last one. */
  private @Nullable StreamIntake<T, Void> intake;

  private @Nullable Turn<Void> turn;
  private @Nullable Runnable afterTimer;
  private @Nullable Runnable lastSignal;
  private boolean started;
  private boolean isDegradedShown;

  StreamDriver(StreamCall<T> call, Outlet<T> outlet) {
    this.call = call;
    this.outlet = outlet;
    this.timer = new StallTimer(call.time(), mailbox, this::late);
  }

  @Override
  public void request(long items) {
    mailbox.run(
        () -> {
          if (outlet.request(items, this::leave)) {
            start();
            flow();
          }
        });
  }

  @Override
  public void cancel() {
    outlet.cancel();
    mailbox.run(this::leave);
  }

  private void start() {
    if (started) {
      return;
    }
    started = true;
    plan = call.plans().get();
    goOn(plan::next);
  }

  /** Carries out steps until one has to be waited for or ends the call. */
  private void goOn(Supplier<? extends @Nullable Step<Void>> first) {
    try {
      for (var step = first.get(); step != null && outlet.isOpen(); ) {
        step = carryOut(Objects.requireNonNull(plan), step);
      }
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  private @Nullable Step<Void> carryOut(CallPlan<Void> plan, Step<Void> step) {
    if (step instanceof Step.Call<Void> next) {
      return attempt(plan, next.attempt());
    } else if (step instanceof Step.Enter<Void> enter) {
      turn = new Turn<>(plan, enter);
      turn.await(mailbox, this::goOn);
    } else if (step instanceof Step.Pause<Void> pause) {
      afterTimer = () -> goOn(plan::next);
      timer.set(pause.duration());
    } else if (step instanceof Step.Degrade<Void> last) {
      degrade(Objects.requireNonNull(call.degraded(), "degraded"), last.failure());
    } else if (step instanceof Step.Throw<Void> last) {
      end(() -> outlet.fail(last.failure()));
    } else {
      end(outlet::complete);
    }
    return null;
  }

  private @Nullable Step<Void> attempt(CallPlan<Void> plan, Attempt attempt) {
    var items = new StreamIntake<T, Void>(plan, call.options());
    intake = items;
    afterTimer = () -> ended(items::stalled);
    var opened = new Source<T>(mailbox, this);
    source = opened;
    awaitItem(items);
    try {
      subscribe(call.asks().apply(attempt), opened);
    } catch (Throwable thrown) {
      // What is thrown when the consumer has left meanwhile says nothing about the model.
      opened.cancel();
      source = null;
      return outlet.isOpen() ? items.threw(Stages.bare(thrown)) : null;
    }
    return null;
  }

  private void degrade(
      Function<? super CallFailure, ? extends Publisher<T>> degraded, CallFailure failure) {
    intake = null;
    var opened = new Source<T>(mailbox, this);
    source = opened;
    try {
      subscribe(degraded.apply(failure), opened);
    } catch (Throwable thrown) {
      opened.cancel();
      failed(thrown);
    }
  }

  private static <T> void subscribe(@Nullable Publisher<T> publisher, Source<T> source) {
    Objects.requireNonNull(publisher, "the call returned no publisher").subscribe(source);
  }

  @Override
  public void opened() {
    flow();
  }

  @Override
  public void item(T item) {
    var items = intake;
    if (items == null) {
      isDegradedShown = true;
      outlet.next(item);
      flow();
      return;
    }
    try {
      items.arrived(item);
    } catch (Throwable broken) {
      ended(() -> items.threw(broken));
      return;
    }
    flow();
  }

  @Override
  public void ended() {
    var items = intake;
    if (items == null) {
      end(outlet::complete);
    } else {
      ended(items::ended);
    }
  }

  @Override
  public void failed(Throwable thrown) {
    var items = intake;
    if (items != null) {
      ended(() -> items.threw(Stages.bare(thrown)));
      return;
    }
    fail(Stages.bare(thrown));
  }

  /** The attempt under way has ended, as the plan is told. */
  private void ended(Supplier<? extends @Nullable Step<Void>> report) {
    if (source != null) {
      source.cancel();
      source = null;
    }
    timer.unset();
    goOn(
        () -> {
          Step<Void> step = report.get();
          if (step == null) {
            end(outlet::complete);
          }
          return step;
        });
  }

  /** Delivers what the consumer may have, and asks the source for what it wants beyond that. */
  private void flow() {
    var items = intake;
    while (items != null && items.isReady() && outlet.demand() > 0 && outlet.isOpen()) {
      outlet.next(items.next());
    }
    if (!outlet.isOpen()) {
      leave();
    } else if (lastSignal != null) {
      signal(items);
    } else if (source != null) {
      if (items != null) {
        awaitItem(items);
      }
      // Before the content nobody knows how many items one that is demanded will take.
      boolean isHolding = items != null && !items.isReleased();
      source.want(Math.min(outlet.demand(), isHolding ? 1 : Long.MAX_VALUE));
    }
  }

  private void awaitItem(StreamIntake<T, Void> items) {
    var reports = items.reports();
    timer.set(outlet.demand() > 0 ? reports.awaitingItem() : reports.awaitingConsumer());
  }

  private void late() {
    if (afterTimer != null) {
      afterTimer.run();
    }
  }

  /** The call is over; the consumer is told when it has the items that are left for it. */
  private void end(Runnable signal) {
    lastSignal = signal;
    try {
      close();
    } finally {
      flow();
    }
  }

  /** Something has thrown that no plan understands, unless the consumer has left before. */
  private void fail(Throwable broken) {
    var failure = plan == null || !outlet.isOpen() ? broken : plan.endsBy(broken);
    end(() -> outlet.fail(failure));
  }

  /** Whatever the clock or the consumer throws, nobody is left to wait, and nothing is held. */
  private void broken(Throwable thrown) {
    if (outlet.isOpen() && lastSignal == null) {
      fail(thrown);
    } else {
      Mailbox.report(thrown);
      close();
    }
  }

  private void signal(@Nullable StreamIntake<T, Void> items) {
    var signal = lastSignal;
    if (signal != null && (items == null || !items.isReady())) {
      signal.run();
    }
  }

  /** The consumer wants no more, or has broken its rules. */
  private void leave() {
    if (plan != null && source != null) {
      if (intake != null) {
        intake.reports().left();
      } else if (!isDegradedShown) {
        plan.cancelled();
      }
    }
    close();
    intake = null;
  }

  private void close() {
    timer.cancel();
    afterTimer = null;
    if (source != null) {
      source.cancel();
      source = null;
    }
    if (turn != null) {
      turn.cancel();
      turn = null;
    }
    var ended = plan;
    plan = null;
    if (ended != null) {
      ended.close();
    }
  }
}
