package dev.holdfast.outcome;

import org.jspecify.annotations.Nullable;

/**
 * A call that may throw a checked exception of one kind. For a lambda that throws none, the
 * compiler takes {@code E} to be {@link RuntimeException}; for one that throws two of them, their
 * common superclass, often {@link Exception}.
 *
 * @param <T> what the call returns
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception> {

  /** Makes the call. */
  T get() throws E;
}
