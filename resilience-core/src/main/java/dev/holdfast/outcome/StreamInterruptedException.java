package dev.holdfast.outcome;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for a stream that failed, or ended too soon, after its consumer had been given content.
 * Nothing can be taken back, so no other model was asked. Its cause is what happened.
 *
 * <p>What had arrived is for the program: it is in no message, and is not serialized.
 */
public final class StreamInterruptedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;
  private final long contents;
  private final transient @Nullable List<@Nullable Object> received;

  /**
   * Creates an exception.
   *
   * @param model the model whose stream it was
   * @param contents the number of contents that had arrived
   * @param received the first items that had arrived
   * @param cause what happened; null if that was a response
   */
  public StreamInterruptedException(
      String model,
      long contents,
      List<? extends @Nullable Object> received,
      @Nullable Throwable cause) {
    super(
        "The stream of '%s' was interrupted after %d contents".formatted(model, contents),
        cause,
        true,
        false);
    this.model = model;
    this.contents = contents;
    this.received = Collections.unmodifiableList(new ArrayList<>(received));
  }

  /** The model whose stream it was. */
  public String model() {
    return model;
  }

  /** The number of contents that had arrived; not limited, as {@link #received} is. */
  public long contents() {
    return contents;
  }

  /**
   * The items that had arrived, in order and with those that are not content, as the stream's own
   * type. Only the first of a long stream: a thousand or so, or what the driver was told to keep.
   */
  public List<@Nullable Object> received() {
    return received == null ? Collections.<@Nullable Object>emptyList() : received;
  }
}
