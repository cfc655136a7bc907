package dev.holdfast.breaker;

import java.time.Duration;

/**
 * A circuit breaker refused one call.
 *
 * @param name the breaker's name
 * @param state the state in which it refused: OPEN, or HALF_OPEN with all its probes out
 * @param retryAfter as in {@link CircuitOpenException#retryAfter}
 */
public record CallRejection(String name, CircuitBreaker.State state, Duration retryAfter) {}
