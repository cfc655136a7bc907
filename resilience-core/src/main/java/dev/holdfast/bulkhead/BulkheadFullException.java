package dev.holdfast.bulkhead;

import dev.holdfast.outcome.CallRejectedException;
import java.time.Duration;

/**
 * Thrown when a bulkhead refuses a call because all its slots are taken: at once if the caller may
 * not wait or too many do already, otherwise at the end of its wait.
 */
public final class BulkheadFullException extends CallRejectedException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final int limit;
  private final int running;
  private final int queued;
  private final long waitedNanos;

  BulkheadFullException(String name, Occupancy occupancy, long waitedNanos) {
    super(null);
    this.name = name;
    this.limit = occupancy.limit();
    this.running = occupancy.running();
    this.queued = occupancy.queued();
    this.waitedNanos = waitedNanos;
  }

  /** The name of the bulkhead that refused. */
  public String name() {
    return name;
  }

  /** The calls that might be under way at the same time. */
  public int limit() {
    return limit;
  }

  /** The calls that were under way. */
  public int running() {
    return running;
  }

  /** The callers who still waited for a slot. */
  public int queued() {
    return queued;
  }

  /** How long this caller had waited; zero if it was refused at once. */
  public Duration waited() {
    return Duration.ofNanos(waitedNanos);
  }

  /** Zero: nobody knows when a call under way will end. */
  @Override
  public Duration retryAfter() {
    return Duration.ZERO;
  }

  /** Written when it is read, because most rejections are handled without a look at the text. */
  @Override
  public String getMessage() {
    return "Bulkhead '%s' is full: limit %d, running %d, queued %d; waited %s"
        .formatted(name, limit, running, queued, waited());
  }
}
