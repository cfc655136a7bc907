package dev.holdfast.plan;

/**
 * The record of a call, in the one form in which it can travel with any exception: as a suppressed
 * one. Its message shows the record in a log of the exception.
 *
 * <p>One exception object may be thrown by many calls, at once or in turn, and what is suppressed
 * in it stays there. It has a few of these at most; then the last one tells of the latest call.
 */
public final class CallTrace extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Calls inside each other throw the same object, and seldom more than so many. */
  private static final int MOST = 3;

  private transient volatile CallRecord record;

  CallTrace(CallRecord record) {
    super(null, null, false, false);
    this.record = record;
  }

  /** Adds the record to what its call throws. */
  static void travelsWith(Throwable thrown, CallRecord record) {
    add(thrown, record);
    // Coroutines that recover stack traces copy an exception with the original as its cause, and a
    // copy in turn by its original: what is added to the first copy would not be in the second.
    var original = thrown.getCause();
    if (original != null && original.getClass() == thrown.getClass()) {
      add(original, record);
    }
  }

  /** The latest is the last. */
  private static void add(Throwable thrown, CallRecord record) {
    CallTrace last = null;
    int traces = 0;
    for (var suppressed : thrown.getSuppressed()) {
      if (suppressed instanceof CallTrace trace) {
        last = trace;
        traces++;
      }
    }
    if (last == null || traces < MOST) {
      thrown.addSuppressed(new CallTrace(record));
    } else {
      last.record = record;
    }
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
