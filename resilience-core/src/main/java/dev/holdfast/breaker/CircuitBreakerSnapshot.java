package dev.holdfast.breaker;

import java.time.Duration;

/**
 * What a circuit breaker knew at one moment.
 *
 * @param name the breaker's name
 * @param state its state
 * @param generation the number of that state; each transition adds one
 * @param failures the failures in a row: in CLOSED so far, otherwise those that opened the breaker
 * @param rejected the calls it has refused since it was made
 * @param staleResults the results it has dropped since it was made, because they came from calls
 *     that an earlier state had admitted or from probes that had lost their turn
 * @param retryAfter as in {@link CircuitBreaker#retryAfter}
 */
public record CircuitBreakerSnapshot(
    String name,
    CircuitBreaker.State state,
    long generation,
    int failures,
    long rejected,
    long staleResults,
    Duration retryAfter) {}
