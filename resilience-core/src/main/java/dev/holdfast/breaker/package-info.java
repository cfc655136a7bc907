/**
 * The circuit breaker: it counts the failures of one model, refuses calls while the model is down,
 * and lets a few probes find out when it is back.
 */
@NullMarked
package dev.holdfast.breaker;

import org.jspecify.annotations.NullMarked;
