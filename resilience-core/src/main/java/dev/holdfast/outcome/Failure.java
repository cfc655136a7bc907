package dev.holdfast.outcome;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One failed attempt.
 *
 * @param failureClass what kind of failure it is
 * @param retryAfter how long the provider asks to wait; null if it does not say
 * @param cause what was thrown; null if the failure was a response
 */
public record Failure(
    FailureClass failureClass, @Nullable Duration retryAfter, @Nullable Throwable cause) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if {@code retryAfter} is negative
   */
  public Failure {
    Objects.requireNonNull(failureClass, "failureClass");
    if (retryAfter != null) {
      Require.notNegative("retryAfter", retryAfter);
    }
  }

  /** A failure without a wait hint. */
  public static Failure of(FailureClass failureClass, Throwable cause) {
    return new Failure(failureClass, null, cause);
  }

  /** Names the class and the wait; the cause may quote a prompt and is named by its type only. */
  @Override
  public String toString() {
    return "Failure[%s, retryAfter=%s, cause=%s]"
        .formatted(
            failureClass, retryAfter, cause == null ? "none" : cause.getClass().getSimpleName());
  }
}
