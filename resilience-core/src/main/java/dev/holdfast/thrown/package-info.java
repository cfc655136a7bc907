/** What every thrower of the last of several failures needs. Not exported. */
@NullMarked
package dev.holdfast.thrown;

import org.jspecify.annotations.NullMarked;
