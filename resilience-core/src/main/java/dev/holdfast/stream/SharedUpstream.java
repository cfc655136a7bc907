package dev.holdfast.stream;

import dev.holdfast.stage.Stages;
import java.util.concurrent.Flow.Publisher;
import org.jspecify.annotations.Nullable;

/** Brings the items of a publisher to those who share it, as many as there is room for. */
final class SharedUpstream<T> implements Source.Listener<T> {

  private final SharedItems<T> items;
  private final Mailbox mailbox = new Mailbox(this::failed);
  private final Source<T> source = new Source<>(mailbox, this);

  private SharedUpstream(SharedItems<T> items) {
    this.items = items;
  }

  static <T> void begin(SharedItems<T> items, Publisher<T> publisher) {
    var upstream = new SharedUpstream<>(items);
    items.begins(
        () -> upstream.mailbox.run(upstream::pull),
        () -> upstream.mailbox.run(upstream.source::cancel));
    try {
      publisher.subscribe(upstream.source);
    } catch (Throwable thrown) {
      upstream.mailbox.run(() -> upstream.failed(thrown));
    }
  }

  @Override
  public void opened() {
    pull();
  }

  @Override
  public void item(T item) {
    // There is room for it, or it would not have been requested.
    items.offer(item);
    pull();
  }

  @Override
  public void ended() {
    end(null);
  }

  @Override
  public void failed(Throwable thrown) {
    source.cancel();
    end(thrown);
  }

  private void pull() {
    source.want(items.room());
  }

  private void end(@Nullable Throwable thrown) {
    items.end(thrown == null ? null : Stages.bare(thrown));
  }
}
