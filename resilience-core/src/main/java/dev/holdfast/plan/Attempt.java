package dev.holdfast.plan;

import java.time.Duration;

/**
 * One call to one model.
 *
 * @param model the model to ask
 * @param number the number of this attempt in the whole call, over all its models; the first is 1
 * @param timeout how long it may take; the driver ends it then
 */
public record Attempt(String model, int number, Duration timeout) {}
