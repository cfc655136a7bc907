package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Too many calls of a feature that asked for a model have gone wrong.
 *
 * @param feature the feature; null for calls that belong to none
 * @param model the model that was asked for
 * @param kind what went wrong
 * @param rate the share of the calls
 * @param calls the calls looked at
 */
public record CallAlert(
    @Nullable String feature, String model, Kind kind, double rate, long calls) {

  /** What may go wrong with many calls. */
  public enum Kind {
    /** They fail, or end with a degraded answer. */
    FAILURES,
    /** Another model answers them. */
    FALLBACKS
  }

  /** Checks the components. */
  public CallAlert {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(kind, "kind");
  }
}
