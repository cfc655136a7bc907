package dev.holdfast.stop;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Why an agent's loop stopped. Each kind carries its data and can say it in a sentence. */
public sealed interface StopReason {

  /** The reason as a sentence without a full stop. */
  String describe();

  /**
   * The model is down.
   *
   * @param name the name of the circuit breaker
   * @param retryAfter how long it will refuse calls; zero if nobody knows
   */
  record CircuitOpen(String name, Duration retryAfter) implements StopReason {
    @Override
    public String describe() {
      var open = "circuit breaker '%s' is open".formatted(name);
      return retryAfter.isZero() ? open : open + "; retry after " + retryAfter;
    }
  }

  /** The time is over. */
  record DeadlinePassed() implements StopReason {
    @Override
    public String describe() {
      return "the deadline has passed";
    }
  }

  /**
   * As many steps as allowed are done.
   *
   * @param allowed the steps that are allowed
   */
  record StepsDone(int allowed) implements StopReason {
    @Override
    public String describe() {
      return "%d of %d steps are done".formatted(allowed, allowed);
    }
  }

  /**
   * The tokens are used up.
   *
   * @param budget the tokens that were allowed
   * @param used the tokens that were used
   */
  record TokensUsed(long budget, long used) implements StopReason {
    @Override
    public String describe() {
      return "%d tokens of a budget of %d are used".formatted(used, budget);
    }
  }

  /**
   * Several conditions that had to agree did.
   *
   * @param reasons the reason of each, in their order
   */
  record All(List<StopReason> reasons) implements StopReason {
    /** Copies the list. */
    public All {
      reasons = List.copyOf(reasons);
    }

    @Override
    public String describe() {
      return reasons.stream().map(StopReason::describe).collect(Collectors.joining(", and "));
    }
  }

  /**
   * A reason of the caller's own.
   *
   * @param describe the reason as a sentence
   */
  record Other(String describe) implements StopReason {
    /** Checks the component. */
    public Other {
      Objects.requireNonNull(describe, "describe");
    }
  }
}
