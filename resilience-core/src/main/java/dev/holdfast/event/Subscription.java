package dev.holdfast.event;

/** A listener's place among the listeners of one kind of event. Closing it removes the listener. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

  /**
   * Removes the listener. Does nothing when called again. An event that is being delivered by
   * another thread may still arrive.
   */
  @Override
  void close();
}
