package dev.holdfast.stop;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.require.Require;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says whether an agent's loop must stop. It is asked between the steps, never during one.
 *
 * <pre>{@code
 * var condition = StopCondition.anyOf(
 *     StopCondition.circuitOpen(breaker),
 *     StopCondition.maxSteps(20),
 *     StopCondition.tokenBudget(200_000));
 *
 * var progress = AgentProgress.start();
 * StopReason reason;
 * while ((reason = condition.check(progress)) == null) {
 *   progress = progress.afterStep(agent.step().tokens());
 * }
 * log.info("stopped: " + reason.describe());
 * }</pre>
 *
 * <p>The conditions made here keep no state: the loop's own is in the {@link AgentProgress} that it
 * hands in. So one condition may be shared by any number of loops.
 */
@FunctionalInterface
public interface StopCondition {

  /** Why the loop must stop now, or null to go on. */
  @Nullable StopReason check(AgentProgress progress);

  /** Stops while the breaker is open. */
  static StopCondition circuitOpen(CircuitBreaker breaker) {
    Objects.requireNonNull(breaker, "breaker");
    return progress ->
        breaker.isOpen() ? new StopReason.CircuitOpen(breaker.name(), breaker.retryAfter()) : null;
  }

  /** Stops when the deadline, a moment on the system's clock, has passed. */
  static StopCondition deadline(Deadline deadline) {
    return deadline(deadline, Time.system());
  }

  /** Stops when the deadline, a moment on the given clock, has passed. */
  static StopCondition deadline(Deadline deadline, Time time) {
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(time, "time");
    return progress -> deadline.hasPassed(time.nanoTime()) ? new StopReason.DeadlinePassed() : null;
  }

  /**
   * Stops when so many steps are done.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static StopCondition maxSteps(int steps) {
    Require.atLeast(1, "maxSteps", steps);
    return progress -> progress.steps() >= steps ? new StopReason.StepsDone(steps) : null;
  }

  /**
   * Stops when so many tokens are used. The last step may use more than were left.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static StopCondition tokenBudget(long tokens) {
    Require.atLeast(1, "tokenBudget", tokens);
    return progress ->
        progress.tokens() >= tokens ? new StopReason.TokensUsed(tokens, progress.tokens()) : null;
  }

  /**
   * Stops when one of the conditions does; they are asked in order, up to that one.
   *
   * @throws IllegalArgumentException if there is none
   */
  static StopCondition anyOf(StopCondition... conditions) {
    var asked = copy(conditions);
    return progress -> {
      for (var condition : asked) {
        var reason = condition.check(progress);
        if (reason != null) {
          return reason;
        }
      }
      return null;
    };
  }

  /**
   * Stops when all of the conditions do at the same time.
   *
   * @throws IllegalArgumentException if there is none
   */
  static StopCondition allOf(StopCondition... conditions) {
    var asked = copy(conditions);
    return progress -> {
      var reasons = new ArrayList<StopReason>(asked.size());
      for (var condition : asked) {
        var reason = condition.check(progress);
        if (reason == null) {
          return null;
        }
        reasons.add(reason);
      }
      return new StopReason.All(reasons);
    };
  }

  private static List<StopCondition> copy(StopCondition... conditions) {
    for (var condition : conditions) {
      Objects.requireNonNull(condition, "condition");
    }
    if (conditions.length == 0) {
      throw new IllegalArgumentException("conditions must have at least 1, but was empty");
    }
    return List.of(conditions);
  }
}
