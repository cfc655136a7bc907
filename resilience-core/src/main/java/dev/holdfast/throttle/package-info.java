/** Gates that stay closed until a known time, because a provider said so. */
@NullMarked
package dev.holdfast.throttle;

import org.jspecify.annotations.NullMarked;
