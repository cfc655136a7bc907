/** The log of the core. Not exported. */
@NullMarked
package dev.holdfast.log;

import org.jspecify.annotations.NullMarked;
