package dev.holdfast.event;

import dev.holdfast.log.Log;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The listeners of one kind of event.
 *
 * <p>A listener that throws disturbs neither the other listeners nor whoever published the event:
 * the type of what it threw is logged, and that is all.
 *
 * @param <E> the kind of event
 */
public final class Listeners<E> {

  private static final Log LOG = Log.of("dev.holdfast.event");

  private final CopyOnWriteArrayList<Entry<E>> entries = new CopyOnWriteArrayList<>();

  /** Creates an empty set of listeners. */
  public Listeners() {}

  /** Adds a listener. One that is added twice is told twice. */
  public Subscription add(Consumer<? super E> listener) {
    var entry = new Entry<E>(Objects.requireNonNull(listener, "listener"));
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  /** Whether nobody listens, so that an event need not be made. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Tells every listener, on the calling thread, in the order in which they were added. */
  public void publish(E event) {
    for (var entry : entries) {
      try {
        entry.listener.accept(event);
      } catch (Throwable thrown) {
        warn(thrown);
      }
    }
  }

  /** Its message may quote a prompt, so only its type is told. */
  private static void warn(Throwable thrown) {
    LOG.write(Level.WARNING, "A listener threw {0}; it is ignored", thrown.getClass().getName());
  }

  /** Gives each subscription an identity of its own, even if two share a listener. */
  private static final class Entry<E> {
    private final Consumer<? super E> listener;

    private Entry(Consumer<? super E> listener) {
      this.listener = listener;
    }
  }
}
