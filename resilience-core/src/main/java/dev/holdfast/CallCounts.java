package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the calls of one feature have ended that asked for one model, since the {@link Resilience}
 * was built. While calls come and go the numbers may be a moment apart.
 *
 * @param feature the feature; null for calls that belong to none
 * @param model the model that was asked for, the first of the chain
 * @param calls the calls that have ended
 * @param fallbacks those of them that another model answered
 * @param degraded those that were answered without a model
 * @param failures those that ended with a failure
 * @param cancelled those whose caller gave up
 * @param circuitOpened how often the circuit of the model opened, whatever feature its calls
 *     belonged to
 */
public record CallCounts(
    @Nullable String feature,
    String model,
    long calls,
    long fallbacks,
    long degraded,
    long failures,
    long cancelled,
    long circuitOpened) {

  /** Checks the components. */
  public CallCounts {
    Objects.requireNonNull(model, "model");
  }
}
