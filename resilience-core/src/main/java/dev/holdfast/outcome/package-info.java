/**
 * What an attempt came to: the classes of failure, their four answers, and the exceptions of ours.
 */
@NullMarked
package dev.holdfast.outcome;

import org.jspecify.annotations.NullMarked;
