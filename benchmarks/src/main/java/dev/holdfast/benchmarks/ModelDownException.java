package dev.holdfast.benchmarks;

/** The failure of a call. It has no trace, whose cost would drown that of the breaker. */
final class ModelDownException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ModelDownException() {
    super("the model is down", null, false, false);
  }
}
