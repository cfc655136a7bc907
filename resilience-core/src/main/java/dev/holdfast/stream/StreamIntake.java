package dev.holdfast.stream;

import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.StreamReports;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items of one attempt on their way to the consumer: held back until the first content, and
 * reported to the plan. For drivers, and confined to the one that made it, like the plan.
 *
 * @param <T> the items
 * @param <R> what the plan's call returns
 */
public final class StreamIntake<T extends @Nullable Object, R extends @Nullable Object> {

  private final CallPlan<R> plan;
  private final StreamReports<R> reports;
  private final StreamOptions<? super T> options;
  private final List<T> queue = new ArrayList<>();

  private int head;
  private int kept;
  private boolean released;
  private boolean complete;
  private @Nullable Throwable brokenOption;

  /** The intake of the attempt that is under way in the plan. */
  public StreamIntake(CallPlan<R> plan, StreamOptions<? super T> options) {
    this.plan = plan;
    this.reports = plan.stream();
    this.options = options;
  }

  /** The reports of the attempt. */
  public StreamReports<R> reports() {
    return reports;
  }

  /**
   * The model has sent an item. Afterwards {@link #isReady} tells what the consumer may have.
   *
   * <p>Throws what an option throws; the driver then ends the attempt and asks {@link #threw}.
   */
  public void arrived(T item) {
    reports.itemArrived();
    boolean isContent;
    try {
      isContent = options.isContent(item);
      complete = options.isLast(item) || complete;
    } catch (Throwable broken) {
      brokenOption = broken;
      throw broken;
    }
    queue.add(item);
    if (kept < options.receivedItems()) {
      kept++;
      reports.keep(item);
    }
    if (isContent || (!released && queue.size() > options.heldItems())) {
      released = true;
      reports.contentArrived();
    }
  }

  /** Whether content has come, so that no other attempt follows. */
  public boolean isReleased() {
    return released;
  }

  /** Whether there is an item that the consumer may have. */
  public boolean isReady() {
    return released && head < queue.size();
  }

  /** Takes the item that is next. */
  public T next() {
    var item = queue.get(head++);
    if (head == queue.size()) {
      queue.clear();
      head = 0;
    }
    return item;
  }

  /**
   * The step after the end of the items; null if the stream was complete, and the call has ended
   * once the consumer has the items that are left.
   */
  public @Nullable Step<R> ended() {
    if (settled()) {
      return afterSettled();
    }
    return options.endIsComplete() ? completed() : reports.endedEarly();
  }

  /** The step after the attempt threw; null as for {@link #ended}. */
  public @Nullable Step<R> threw(Throwable thrown) {
    return settled() ? afterSettled() : plan.threw(thrown);
  }

  /** The step after a wait that took as long as the reports allowed; null as for {@link #ended}. */
  public @Nullable Step<R> stalled() {
    return settled() ? afterSettled() : reports.stalled();
  }

  /** Whether an item has decided what the end comes to, however it comes. */
  private boolean settled() {
    return complete || brokenOption != null;
  }

  private @Nullable Step<R> afterSettled() {
    return brokenOption == null
        ? completed()
        : reports.failed(Failure.of(FailureClass.LOCAL_ERROR, brokenOption));
  }

  private @Nullable Step<R> completed() {
    released = true;
    reports.completed();
    return null;
  }
}
