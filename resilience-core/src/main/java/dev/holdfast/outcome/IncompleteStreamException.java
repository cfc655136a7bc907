package dev.holdfast.outcome;

/**
 * Thrown for a stream that ended without saying that it was complete, as a connection does that
 * breaks without an error.
 */
public final class IncompleteStreamException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;

  /** Creates an exception for a stream of {@code model}. */
  public IncompleteStreamException(String model) {
    super("The stream of '%s' ended before it was complete".formatted(model), null, true, false);
    this.model = model;
  }

  /** The model whose stream it was. */
  public String model() {
    return model;
  }
}
