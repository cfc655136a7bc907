package dev.holdfast.breaker;

/**
 * A probe gave back its place in HALF_OPEN, whatever it found out; a caller who waits for a place
 * may ask again.
 *
 * @param name the breaker's name
 * @param generation the number of the HALF_OPEN state that had admitted the probe
 */
public record ProbeSettled(String name, long generation) {}
