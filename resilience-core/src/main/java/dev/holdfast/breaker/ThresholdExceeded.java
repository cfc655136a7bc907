package dev.holdfast.breaker;

/**
 * A circuit breaker has reason to open. In CLOSED it opens with this; in METRICS_ONLY this is all
 * that happens, once until it has no reason any more.
 *
 * @param name the breaker's name
 * @param state its state: CLOSED or METRICS_ONLY
 * @param failures the failures in a row, or those in the window
 * @param failureRate the part of the calls in the window that failed; zero without a window
 * @param slowCallRate the part of the calls in the window that were slow; zero without a window
 */
public record ThresholdExceeded(
    String name,
    CircuitBreaker.State state,
    int failures,
    double failureRate,
    double slowCallRate) {}
