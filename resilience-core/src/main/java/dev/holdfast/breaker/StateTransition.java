package dev.holdfast.breaker;

import java.time.Duration;

/**
 * A circuit breaker changed its state.
 *
 * @param name the breaker's name
 * @param from the state it left
 * @param to the state it entered
 * @param generation the number of the state it entered; each transition of a breaker adds one
 * @param failures the failures in a row that were known when it happened
 * @param retryAfter how long calls will be refused; zero unless {@code to} is OPEN
 */
public record StateTransition(
    String name,
    CircuitBreaker.State from,
    CircuitBreaker.State to,
    long generation,
    int failures,
    Duration retryAfter) {}
