package dev.holdfast.stream;

import dev.holdfast.stage.Stages;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Flow.Publisher;
import org.jspecify.annotations.Nullable;

/** Brings the items of a publisher to those who share it, as many as there is room for. */
final class SharedUpstream<T> implements Source.Listener<T> {

  private final SharedItems<T> items;
  private final Mailbox mailbox = new Mailbox(this::failed);
  private final Source<T> source = new Source<>(mailbox, this);

  /** What was requested before somebody came late, who is owed the beginning, and took the room. */
  private final Queue<T> held = new ArrayDeque<>();

  private boolean over;
  private @Nullable Throwable failure;

  private SharedUpstream(SharedItems<T> items) {
    this.items = items;
  }

  static <T> void begin(SharedItems<T> items, Publisher<T> publisher) {
    var upstream = new SharedUpstream<>(items);
    items.begins(
        () -> upstream.mailbox.run(upstream::flow),
        () -> upstream.mailbox.run(upstream.source::cancel));
    try {
      publisher.subscribe(upstream.source);
    } catch (Throwable thrown) {
      upstream.mailbox.run(() -> upstream.failed(thrown));
    }
  }

  @Override
  public void opened() {
    flow();
  }

  @Override
  public void item(T item) {
    held.add(item);
    flow();
  }

  @Override
  public void ended() {
    over = true;
    flow();
  }

  @Override
  public void failed(Throwable thrown) {
    source.cancel();
    failure = Stages.bare(thrown);
    ended();
  }

  private void flow() {
    while (!held.isEmpty() && items.offer(held.element())) {
      held.remove();
    }
    if (!over) {
      source.want(items.room() - held.size());
    } else if (held.isEmpty()) {
      items.end(failure);
    }
  }
}
