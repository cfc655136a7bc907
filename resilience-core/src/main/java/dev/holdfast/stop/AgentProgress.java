package dev.holdfast.stop;

import dev.holdfast.require.Require;

/**
 * How far an agent's loop has come; the loop keeps it and tells it to its stop condition.
 *
 * @param steps the steps that are done
 * @param tokens the tokens that they used
 */
public record AgentProgress(int steps, long tokens) {

  private static final AgentProgress START = new AgentProgress(0, 0);

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if one of them is negative
   */
  public AgentProgress {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(0, "tokens", tokens);
  }

  /** Nothing is done yet. */
  public static AgentProgress start() {
    return START;
  }

  /**
   * This, and one more step.
   *
   * @param used the tokens that the step used
   * @throws IllegalArgumentException if {@code used} is negative
   */
  public AgentProgress afterStep(long used) {
    Require.atLeast(0, "used", used);
    long sum = used > Long.MAX_VALUE - tokens ? Long.MAX_VALUE : tokens + used;
    return new AgentProgress(steps == Integer.MAX_VALUE ? steps : steps + 1, sum);
  }
}
