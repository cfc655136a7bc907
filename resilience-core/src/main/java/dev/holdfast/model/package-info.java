/** The models of a chain: how each is guarded, and the state that guards it. */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;
