package dev.holdfast.benchmarks;

/** The call that every contender guards: one read of a field. */
public abstract class GuardedCall {

  /** Not final, or the compiler would take it for a constant. */
  private String answer = "answer";

  /** Makes the call. */
  public final String answer() {
    return answer;
  }
}
