/** Time as the library sees it: one injected clock that also waits and schedules. */
@NullMarked
package dev.holdfast.time;

import org.jspecify.annotations.NullMarked;
