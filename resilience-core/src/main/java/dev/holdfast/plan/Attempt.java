package dev.holdfast.plan;

import dev.holdfast.model.RequestPatch;
import java.time.Duration;
import java.util.Objects;

/**
 * One call to one model.
 *
 * @param model the model to ask, as requests spell it
 * @param target the name by which the chain and the breakers know it; mostly the same
 * @param number the number of this attempt in the whole call, over all its models; the first is 1
 * @param timeout how long it may take; the driver ends it then, unless it is a stream
 * @param firstContentTimeout if it is a stream, how long its first content may take
 * @param gap if it is a stream, how long it may be silent between two contents
 * @param patch what to change in the caller's request; always in the original one
 */
public record Attempt(
    String model,
    String target,
    int number,
    Duration timeout,
    Duration firstContentTimeout,
    Duration gap,
    RequestPatch patch) {

  /** Checks the components. */
  public Attempt {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(firstContentTimeout, "firstContentTimeout");
    Objects.requireNonNull(gap, "gap");
    Objects.requireNonNull(patch, "patch");
  }
}
