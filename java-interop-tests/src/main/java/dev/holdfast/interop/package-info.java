/**
 * Holdfast as a Java application uses it. The main code is compiled without Kotlin on its class
 * path and checked for null.
 */
@NullMarked
package dev.holdfast.interop;

import org.jspecify.annotations.NullMarked;
