package dev.holdfast;

import dev.holdfast.plan.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * Asks one model. It is called once for each attempt, so it must be repeatable.
 *
 * @param <T> what the model answers
 * @param <E> what the call may throw
 */
@FunctionalInterface
public interface AttemptCall<T extends @Nullable Object, E extends Exception> {

  /** Asks {@link Attempt#model}. */
  T make(Attempt attempt) throws E;
}
