package dev.holdfast.stream;

import dev.holdfast.require.Require;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the items of a stream mean: which are content, and which says that the stream is complete.
 * Immutable.
 *
 * @param <T> the items
 */
public final class StreamOptions<T extends @Nullable Object> {

  private static final StreamOptions<@Nullable Object> DEFAULTS =
      StreamOptions.<@Nullable Object>builder().build();

  private final Predicate<? super T> isContent;
  private final @Nullable Predicate<? super T> isLast;
  private final int heldItems;
  private final int receivedItems;

  private StreamOptions(Builder<T> builder) {
    this.isContent = builder.isContent;
    this.isLast = builder.isLast;
    this.heldItems = builder.heldItems;
    this.receivedItems = builder.receivedItems;
  }

  /** Takes every item for content, and the end of the items for the end of the stream. */
  public static StreamOptions<@Nullable Object> defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from {@link #defaults}. */
  public static <T extends @Nullable Object> Builder<T> builder() {
    return new Builder<>();
  }

  /** Whether an item is content. */
  boolean isContent(T item) {
    return isContent.test(item);
  }

  /** Whether the stream is complete with this item; none says so if nothing was set. */
  boolean isLast(T item) {
    return isLast != null && isLast.test(item);
  }

  /** Whether a stream that ends without a last item is complete. */
  boolean endIsComplete() {
    return isLast == null;
  }

  int heldItems() {
    return heldItems;
  }

  int receivedItems() {
    return receivedItems;
  }

  /** Collects the options. Not safe for use by many threads. */
  public static final class Builder<T extends @Nullable Object> {

    private Predicate<? super T> isContent = item -> true;
    private @Nullable Predicate<? super T> isLast;
    private int heldItems = 256;
    private int receivedItems = 1024;

    private Builder() {}

    /**
     * Whether an item is content, the part of an answer that its consumer is shown. Items that are
     * not, such as the events by which a stream begins, are held back until the first content, so
     * that those of an attempt that fails are never seen. Every item by default. If it throws, the
     * call ends with that.
     */
    public Builder<T> isContent(Predicate<? super T> isContent) {
      this.isContent = Objects.requireNonNull(isContent, "isContent");
      return this;
    }

    /**
     * Whether an item says that the stream is complete, as {@code message_stop} and {@code [DONE]}
     * do. A stream that ends without one has then failed; after one its end is not looked at. By
     * default a stream is complete when it ends without an error. If it throws, the call ends with
     * that.
     */
    public Builder<T> isLast(Predicate<? super T> isLast) {
      this.isLast = Objects.requireNonNull(isLast, "isLast");
      return this;
    }

    /**
     * How many items are held back before the first content. When there are more, all are let
     * through, and together count as one content. 256 by default; 0 holds nothing back.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder<T> heldItems(int items) {
      heldItems = Require.atLeast(0, "heldItems", items);
      return this;
    }

    /**
     * How many items a {@link dev.holdfast.outcome.StreamInterruptedException} shows, from the
     * first on. Each call keeps as many until it ends. 1,024 by default; 0 keeps none.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder<T> receivedItems(int items) {
      receivedItems = Require.atLeast(0, "receivedItems", items);
      return this;
    }

    /** The options collected so far. */
    public StreamOptions<T> build() {
      return new StreamOptions<>(this);
    }
  }
}
