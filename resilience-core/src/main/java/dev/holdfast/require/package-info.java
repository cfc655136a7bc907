/** Checks of what callers pass in. Not exported. */
@NullMarked
package dev.holdfast.require;

import org.jspecify.annotations.NullMarked;
