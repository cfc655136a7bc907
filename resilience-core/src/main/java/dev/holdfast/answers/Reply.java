package dev.holdfast.answers;

import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a question got: a model's answer, or one that stands in for it.
 *
 * @param <T> what the models answer
 */
public sealed interface Reply<T> {

  /** The answer. */
  T value();

  /** How old the answer is; zero if it is fresh. */
  Duration age();

  /**
   * The record of the call that came to it: which model served, and who was asked before. All who
   * share a call have the record of that one call. Null if no call was made or waited for to its
   * end: for a kept answer that is given again, and for one that stands in because the deadline of
   * this caller passed.
   */
  @Nullable CallRecord record();

  /**
   * A model's answer to this very question.
   *
   * @param age zero if the model was asked for it now, otherwise how long ago it was kept
   * @param record the record of the call; null if it was kept
   */
  record Answered<T>(T value, Duration age, @Nullable CallRecord record) implements Reply<T> {

    /** Checks the components. */
    public Answered {
      Objects.requireNonNull(value, "value");
      Require.notNegative("age", age);
    }

    /** Shows nothing of the answer. */
    @Override
    public String toString() {
      return "Answered[age=%s]".formatted(age);
    }
  }

  /**
   * An answer without a model.
   *
   * @param reason why no model gave one
   * @param source where it is from
   * @param age how long ago it was kept; zero if it is {@link Source#STATIC}
   * @param record the record of the call; null if its caller did not wait for the end of that
   */
  record Degraded<T>(
      T value, CallFailure reason, Source source, Duration age, @Nullable CallRecord record)
      implements Reply<T> {

    /** Checks the components. */
    public Degraded {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(source, "source");
      Require.notNegative("age", age);
    }

    Degraded<T> with(CallRecord itsRecord) {
      return new Degraded<>(value, reason, source, age, itsRecord);
    }

    /** Shows nothing of the answer. */
    @Override
    public String toString() {
      return "Degraded[source=%s, age=%s, reason=%s]".formatted(source, age, reason);
    }
  }

  /** Where a degraded answer is from. */
  enum Source {
    /** A model gave it to the same question some time ago. */
    CACHED_EXACT,
    /** A model gave it to a similar question of the same tenant and feature some time ago. */
    CACHED_SIMILAR,
    /** The application has it ready for when nothing else is left. */
    STATIC
  }
}
