/**
 * Streams through the plan of a call: what is content, what is held back before it, and the face of
 * {@link java.util.concurrent.Flow} publishers.
 */
@NullMarked
package dev.holdfast.stream;

import org.jspecify.annotations.NullMarked;
