package dev.holdfast.bulkhead;

/**
 * What a bulkhead knew at one moment.
 *
 * @param name the bulkhead's name
 * @param limit the calls that may be under way at the same time
 * @param running the calls under way; more than the limit for a while after it has shrunk
 * @param queued the callers who wait for a slot
 * @param rejected the calls it has refused since it was made
 */
public record BulkheadSnapshot(String name, int limit, int running, int queued, long rejected) {}
