package dev.holdfast.model;

import dev.holdfast.require.Require;
import java.util.Objects;

/**
 * One step of a chain: the model to ask, and what to change in the request for it.
 *
 * @param model the name of the model
 * @param patch the changes, on top of those that the {@link Model} itself asks for
 */
public record ChainStep(String model, RequestPatch patch) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public ChainStep {
    Require.notBlank("model", model);
    Objects.requireNonNull(patch, "patch");
  }

  /**
   * A step that asks the model with the caller's own request.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static ChainStep of(String model) {
    return new ChainStep(model, RequestPatch.none());
  }
}
