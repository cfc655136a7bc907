package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something about a chain of models that is allowed, but probably not meant.
 *
 * @param feature the feature whose chain it is; null for that of calls which belong to none
 * @param kind what it is
 * @param message the same in a sentence that names the models
 */
public record ChainWarning(@Nullable String feature, Kind kind, String message) {

  /** What may be wrong with a chain. */
  public enum Kind {
    /** All its models share one quota pool, so a rate limit stops them all at once. */
    ONE_QUOTA_POOL,
    /** A later model holds fewer tokens, so that a long request fails there. */
    SMALLER_CONTEXT
  }

  /** Checks the components. */
  public ChainWarning {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
  }
}
