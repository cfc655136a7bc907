/** Typed events that the parts of Holdfast deliver to removable listeners. */
@NullMarked
package dev.holdfast.event;

import org.jspecify.annotations.NullMarked;
