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
     * dev.holdfast.retry.Retry} inside an attempt of such a call. Noticed when it first happens,
     * and only between suspending calls and streams of Kotlin: threads and futures have no context
     * that tells where a call is made.
     */
    STACKED_RETRIES
  }

  /** Checks the components. */
  public ChainWarning {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
  }
}
