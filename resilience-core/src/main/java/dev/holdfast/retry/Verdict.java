package dev.holdfast.retry;

import dev.holdfast.outcome.RetryAdvice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a failed attempt means for the retries.
 *
 * @param advice whether to try again
 * @param hint how long the provider asks to wait; null if it does not say
 * @param speaksOfModel whether a circuit breaker is told of it
 */
record Verdict(RetryAdvice advice, @Nullable Duration hint, boolean speaksOfModel) {}
