package dev.holdfast.plan;

import dev.holdfast.outcome.FailureClass;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one model's turn in a call: an attempt, or a rejection of ours before there could
 * be one, or a wait in which the call ended. It holds nothing of the request, of the answer or of
 * an exception's message.
 *
 * @param model the model that was attempted
 * @param number the number of the attempt in the whole call; 0 if the model was not asked
 * @param failure what it failed with; null if it answered, is under way, or was not asked because
 *     the call ended in the wait for it
 * @param probe whether it was a probe of a breaker in HALF_OPEN
 * @param waits what the call had waited for before it, in order, until it began or the call ended
 * @param hint how long the provider or the rejection asked to wait afterwards; null if it did not
 * @param took how long it took
 * @param firstContent how long its first content took; null if that was not told
 */
public record AttemptRecord(
    String model,
    int number,
    @Nullable FailureClass failure,
    boolean probe,
    List<CallWait> waits,
    @Nullable Duration hint,
    Duration took,
    @Nullable Duration firstContent) {

  /** Copies the list. */
  public AttemptRecord {
    waits = List.copyOf(waits);
  }

  /** How long the call had waited for it in all. */
  public Duration waited() {
    return waits.stream().map(CallWait::duration).reduce(Duration.ZERO, Duration::plus);
  }

  /** Whether it may have been paid for without an answer. */
  public boolean isPossiblyBilled() {
    return number > 0 && failure != null && failure.isPossiblyBilled();
  }
}
