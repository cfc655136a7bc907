/** When to try again, and how long to wait before it. */
@NullMarked
package dev.holdfast.retry;

import org.jspecify.annotations.NullMarked;
