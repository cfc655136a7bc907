/**
 * The policy of one call: which model to ask, when to wait, when to give up. It only decides;
 * drivers carry its steps out.
 */
@NullMarked
package dev.holdfast.plan;

import org.jspecify.annotations.NullMarked;
