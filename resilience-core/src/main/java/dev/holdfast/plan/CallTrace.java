package dev.holdfast.plan;

/**
 * The record of a call, in the one form in which it can travel with any exception: as a suppressed
 * one. Its message shows the record in a log of the exception.
 */
public final class CallTrace extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient CallRecord record;

  CallTrace(CallRecord record) {
    super(null, null, false, false);
    this.record = record;
  }

  /** The record. */
  public CallRecord record() {
    return record;
  }

  /** Written when it is read. */
  @Override
  public String getMessage() {
    return record.toString();
  }
}
