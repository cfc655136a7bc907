package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something about a chain of models, or about the calls through it, that is allowed but probably
 * not meant.
 *
 * @param feature the feature whose chain or calls it is about; null for calls which belong to none
 * @param kind what it is
 * @param message the same in a sentence that names the models
 */
public record ChainWarning(@Nullable String feature, Kind kind, String message) {

  /** What may be wrong with a chain. */
  public enum Kind {
    /** All its models share one quota pool, so a rate limit stops them all at once. */
    ONE_QUOTA_POOL,
    /** A later model holds fewer tokens, so that a long request fails there. */
    SMALLER_CONTEXT,
    /**
     * A call that tries again was made inside an attempt of another one, or a {@link
     * dev.holdfast.retry.Retry} inside an attempt of such a call. Noticed when it first happens.
     *
     * <p>Suspending calls and streams of Kotlin are seen wherever the context of the attempt gets
     * to. Threads and futures have no such context. There it is seen between calls of one {@link
     * Resilience} and its variants, on the thread of the attempt: a {@link Resilience#call} or
     * {@link Resilience#callAsync} inside an attempt of {@code call}, and a {@code callAsync}
     * inside the function that starts an attempt of {@code callAsync}. What other threads and later
     * stages do is not seen, nor is a {@code call} inside such a function or a {@code Retry} inside
     * either.
     */
    STACKED_RETRIES
  }

  /** Checks the components. */
  public ChainWarning {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
  }
}
