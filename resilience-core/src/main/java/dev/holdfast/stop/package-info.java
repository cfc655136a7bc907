/** When an agent's loop must stop, and why it did. */
@NullMarked
package dev.holdfast.stop;

import org.jspecify.annotations.NullMarked;
