package dev.holdfast.benchmarks;

/** A guarded call of which one in a hundred fails. For one thread only. */
public abstract class FailingCall extends GuardedCall {

  private final ModelDownException failure = new ModelDownException();
  private int calls;

  /** Makes the call. */
  final String answerOrFail() {
    if (++calls == 100) {
      calls = 0;
      throw failure;
    }
    return answer();
  }
}
