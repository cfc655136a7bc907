package dev.holdfast.plan;

import dev.holdfast.outcome.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a call got no answer from any model of its chain.
 *
 * @param model the model that was asked for, the first of the chain
 * @param failures the failures of the attempts and the rejections, in order; never empty
 * @param attempts the number of attempts that reached a model
 */
public record CallFailure(String model, List<Failure> failures, int attempts) {

  /** Copies the list. */
  public CallFailure {
    Objects.requireNonNull(model, "model");
    failures = List.copyOf(failures);
  }

  /** The last failure. */
  public Failure last() {
    return failures.get(failures.size() - 1);
  }

  /** The shortest wait that a provider or one of our own rejections named; null if none did. */
  public @Nullable Duration retryAfter() {
    return failures.stream()
        .map(Failure::retryAfter)
        .filter(Objects::nonNull)
        .min(Duration::compareTo)
        .orElse(null);
  }
}
