/** What those need who throw for several failures, or for an interrupt. Not exported. */
@NullMarked
package dev.holdfast.thrown;

import org.jspecify.annotations.NullMarked;
