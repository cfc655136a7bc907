/** What work that waits without a thread needs: stages, and who acts next. Not exported. */
@NullMarked
package dev.holdfast.stage;

import org.jspecify.annotations.NullMarked;
