package dev.holdfast.bulkhead;

/** What became of a caller who was ready to wait. */
enum Joined {
  /** It has a slot already and does not wait. */
  ENTERED,
  /** It waits in the line. */
  QUEUED,
  /** The line is full. */
  REFUSED
}
