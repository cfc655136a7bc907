/**
 * The bulkhead: it bounds how many calls of one feature are under way at the same time, and lets a
 * bounded number of further callers wait in order.
 */
@NullMarked
package dev.holdfast.bulkhead;

import org.jspecify.annotations.NullMarked;
