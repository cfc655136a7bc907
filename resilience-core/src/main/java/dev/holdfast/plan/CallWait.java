package dev.holdfast.plan;

import java.time.Duration;
import java.util.Objects;

/**
 * A wait of a call.
 *
 * @param duration how long it took
 * @param source why the call waited
 */
public record CallWait(Duration duration, WaitSource source) {

  /** Checks the components. */
  public CallWait {
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(source, "source");
  }
}
