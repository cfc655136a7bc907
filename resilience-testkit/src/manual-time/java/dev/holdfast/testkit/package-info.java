/** What tests of model calls need: a scripted provider, and time that stands still. */
@NullMarked
package dev.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
