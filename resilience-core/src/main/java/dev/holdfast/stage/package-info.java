/** What every user of completion stages needs. Not exported. */
@NullMarked
package dev.holdfast.stage;

import org.jspecify.annotations.NullMarked;
