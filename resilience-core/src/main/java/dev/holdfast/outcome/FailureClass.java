package dev.holdfast.outcome;

/**
 * The classes of failure, each with four answers that do not follow from one another: whose health
 * it speaks of, whether the same model may be asked again, which other model may be asked, and
 * whether the caller is shown it at once unless the feature is configured otherwise.
 */
public enum FailureClass {
  /**
   * Too many requests or tokens per minute (429). The model is well, so its breaker is not asked.
   */
  RATE_LIMITED(HealthScope.THROTTLE, RetryAdvice.YES, FallbackAdvice.OTHER_QUOTA_POOL, false),
  /** One request larger than the whole limit per minute (429): waiting cannot help. */
  REQUEST_EXCEEDS_LIMIT(
      HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.OTHER_QUOTA_POOL, false),
  /** The credit or the quota of the account is used up (402). */
  QUOTA_EXHAUSTED(HealthScope.ACCOUNT, RetryAdvice.NEVER, FallbackAdvice.OTHER_ACCOUNT, false),
  /** The provider has no capacity for this model (529, 503). */
  OVERLOADED(HealthScope.MODEL, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** The model is being loaded (Bedrock's 429 for a cold start), which is no throttling. */
  MODEL_NOT_READY(HealthScope.NONE, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** The provider failed (500, 502, 504 and the other 5xx). */
  SERVER_ERROR(HealthScope.MODEL, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** No answer in time, ours or the provider's (408). It may have been billed. */
  TIMED_OUT(HealthScope.MODEL, RetryAdvice.ONCE, FallbackAdvice.ANY, false),
  /** No connection: the request was not sent. */
  CONNECTION_FAILED(HealthScope.HOST, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** The connection broke after the request was sent. It may have been billed. */
  CONNECTION_LOST(HealthScope.HOST, RetryAdvice.ONCE, FallbackAdvice.ANY, false),
  /** The server says that it did not process the request (HTTP/2 GOAWAY, REFUSED_STREAM). */
  NOT_PROCESSED(HealthScope.NONE, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** An answer that cannot be read, such as a proxy's HTML page with 200. */
  MALFORMED_ANSWER(HealthScope.MODEL, RetryAdvice.ONCE, FallbackAdvice.ANY, false),
  /** An answer without content. Often right, so only a failure where the caller says so. */
  EMPTY_ANSWER(HealthScope.NONE, RetryAdvice.ONCE, FallbackAdvice.ANY, false),
  /** A stream that failed or ended before its first content: nothing was shown yet. */
  STREAM_BROKEN(HealthScope.MODEL, RetryAdvice.ONCE, FallbackAdvice.ANY, false),
  /** A stream that failed or ended after content was shown: nothing can be taken back. */
  STREAM_INTERRUPTED(HealthScope.MODEL, RetryAdvice.NEVER, FallbackAdvice.NONE, true),
  /** The server's certificate is not to be trusted: a mistake or an attack. */
  UNTRUSTED_SERVER(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, true),
  /** Another request is in the way (409). */
  CONFLICT(HealthScope.NONE, RetryAdvice.YES, FallbackAdvice.ANY, false),
  /** The request has too many bytes (413). Limits differ between models. */
  REQUEST_TOO_LARGE(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, false),
  /** The request has more tokens than the model's context window holds. */
  CONTEXT_TOO_LONG(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.LARGER_CONTEXT, false),
  /** The provider refuses the content of the request or of its answer: moderation, filters. */
  CONTENT_REFUSED(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, true),
  /** The request is wrong (400, 422 and the other 4xx). */
  INVALID_REQUEST(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, true),
  /** The credential is missing, wrong or expired (401). */
  UNAUTHENTICATED(HealthScope.CREDENTIAL, RetryAdvice.NEVER, FallbackAdvice.OTHER_CREDENTIAL, true),
  /** The credential may not use this model (403). */
  FORBIDDEN(HealthScope.ACCESS, RetryAdvice.NEVER, FallbackAdvice.ANY, false),
  /** The provider does not serve the region of the account (403). */
  REGION_BLOCKED(HealthScope.ACCOUNT, RetryAdvice.NEVER, FallbackAdvice.OTHER_ACCOUNT, false),
  /** There is no such model, or no longer (404, 410). */
  MODEL_NOT_FOUND(HealthScope.CONFIGURATION, RetryAdvice.NEVER, FallbackAdvice.ANY, false),
  /** The program failed on our side: an {@link Error}, which no other model can mend. */
  LOCAL_ERROR(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.NONE, true),
  /** Holdfast refused the call itself. */
  REJECTED(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, false),
  /** Nothing is known about it, so it proves nothing against the model. */
  UNKNOWN(HealthScope.NONE, RetryAdvice.NEVER, FallbackAdvice.ANY, false);

  private final HealthScope health;
  private final RetryAdvice retry;
  private final FallbackAdvice fallback;
  private final boolean surfaces;

  FailureClass(HealthScope health, RetryAdvice retry, FallbackAdvice fallback, boolean surfaces) {
    this.health = health;
    this.retry = retry;
    this.fallback = fallback;
    this.surfaces = surfaces;
  }

  /** Whose health it speaks of. */
  public HealthScope health() {
    return health;
  }

  /** Whether the same model may be asked again. */
  public RetryAdvice retry() {
    return retry;
  }

  /** Which other model may be asked; of a class that {@link #surfaces}, if that is asked for. */
  public FallbackAdvice fallback() {
    return fallback;
  }

  /**
   * Whether the caller is shown it at once: no other model, no degraded answer. Another model may
   * be asked nevertheless where that is asked for, by {@link
   * dev.holdfast.model.Feature.Builder#fallBackOn}.
   */
  public boolean surfaces() {
    return surfaces;
  }

  /** Whether it {@link #surfaces} only as long as nobody asks for another model instead. */
  public boolean mayFallBack() {
    return surfaces && fallback != FallbackAdvice.NONE;
  }

  /**
   * Whether the provider may have done the work, and charge for it, although there is no answer. No
   * provider says so reliably.
   */
  public boolean isPossiblyBilled() {
    return switch (this) {
      case TIMED_OUT,
          CONNECTION_LOST,
          MALFORMED_ANSWER,
          EMPTY_ANSWER,
          STREAM_BROKEN,
          STREAM_INTERRUPTED ->
          true;
      default -> false;
    };
  }
}
