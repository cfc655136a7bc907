package dev.holdfast.breaker;

import java.time.Duration;

/**
 * What a circuit breaker knew at one moment.
 *
 * @param name the breaker's name
 * @param state its state
 * @param generation the number of that state; each transition adds one
 * @param calls the calls in the window; zero in OPEN and HALF_OPEN, and without a window
 * @param failures the failures that count: in CLOSED those in a row or in the window, otherwise
 *     those that opened the breaker
 * @param failureRate the part of the calls in the window that failed; zero without a window
 * @param slowCallRate the part of the calls in the window that were slow; zero without a window
 * @param rejected the calls it has refused since it was made
 * @param staleResults the results it has dropped since it was made, because they came from calls
 *     that an earlier state had admitted or from probes that had lost their turn
 * @param retryAfter as in {@link CircuitBreaker#retryAfter}
 */
public record CircuitBreakerSnapshot(
    String name,
    CircuitBreaker.State state,
    long generation,
    long calls,
    int failures,
    double failureRate,
    double slowCallRate,
    long rejected,
    long staleResults,
    Duration retryAfter) {}
