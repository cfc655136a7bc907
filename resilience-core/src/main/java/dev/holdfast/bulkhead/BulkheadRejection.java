package dev.holdfast.bulkhead;

import java.time.Duration;

/**
 * A bulkhead refused one call.
 *
 * @param name the bulkhead's name
 * @param limit the calls that might be under way at the same time
 * @param running the calls that were
 * @param queued the callers who still waited for a slot
 * @param waited how long this caller had waited; zero if it was refused at once
 */
public record BulkheadRejection(String name, int limit, int running, int queued, Duration waited) {}
