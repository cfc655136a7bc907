/**
 * What a call through Holdfast costs, side by side with its peers: one class for each path, one
 * method for each contender.
 */
@NullMarked
package dev.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
