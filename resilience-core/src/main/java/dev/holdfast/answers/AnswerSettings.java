package dev.holdfast.answers;

import dev.holdfast.Resilience;
import dev.holdfast.plan.CallFailure;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What all questions of one {@link Answers} have in common. */
record AnswerSettings<T>(
    Resilience resilience,
    Shelf<T> shelf,
    @Nullable Duration replayFor,
    @Nullable Duration degradeWithin,
    boolean degradesToSimilar,
    @Nullable Function<? super CallFailure, ? extends T> staticAnswer,
    @Nullable Flights<T> flights,
    Executor executor,
    Tally tally) {

  /** These settings, with the calls made through a variant. */
  AnswerSettings<T> through(Resilience variant) {
    return new AnswerSettings<>(
        variant,
        shelf,
        replayFor,
        degradeWithin,
        degradesToSimilar,
        staticAnswer,
        flights,
        executor,
        tally);
  }

  String describe() {
    return "storeTimeout=%s, replayFor=%s, degradeWithin=%s, similar=%s, staticAnswer=%s, singleFlight=%s"
        .formatted(
            shelf.timeout(),
            replayFor,
            degradeWithin,
            degradesToSimilar,
            staticAnswer != null,
            flights != null);
  }

  boolean degrades() {
    return degradeWithin != null || degradesToSimilar || staticAnswer != null;
  }
}
