package dev.holdfast.throttle;

import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.time.Durations;
import java.time.Duration;

/** Thrown when a throttle gate refuses a call because its provider asked for a longer wait. */
public final class GateClosedException extends CallRejectedException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final long retryAfterNanos;

  /** Creates an exception of the gate of the given name, which opens after {@code retryAfter}. */
  public GateClosedException(String name, Duration retryAfter) {
    super("Throttle gate '%s' is closed; retry after %s".formatted(name, retryAfter));
    this.name = name;
    this.retryAfterNanos = Durations.saturatedNanos(retryAfter);
  }

  /** The name of the gate; by custom that of the model. */
  public String name() {
    return name;
  }

  @Override
  public Duration retryAfter() {
    return Duration.ofNanos(retryAfterNanos);
  }
}
