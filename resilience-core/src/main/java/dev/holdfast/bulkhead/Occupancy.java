package dev.holdfast.bulkhead;

/** How full a bulkhead is. */
record Occupancy(int limit, int running, int queued) {}
