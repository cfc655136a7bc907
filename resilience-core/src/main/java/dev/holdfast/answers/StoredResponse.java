package dev.holdfast.answers;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * An answer that was kept.
 *
 * @param value what a model answered
 * @param age how long ago it was kept, by the clock of the store: so processes that share a store
 *     need not agree on the time
 */
public record StoredResponse<T>(T value, Duration age) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the age is negative
   */
  public StoredResponse {
    Objects.requireNonNull(value, "value");
    Require.notNegative("age", age);
  }

  /** Shows nothing of the answer. */
  @Override
  public String toString() {
    return "StoredResponse[age=%s]".formatted(age);
  }
}
