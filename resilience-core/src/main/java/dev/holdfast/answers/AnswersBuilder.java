package dev.holdfast.answers;

import dev.holdfast.Resilience;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.require.Require;
import dev.holdfast.time.Deadline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the settings of an {@link Answers}. Not safe for use by many threads. */
public final class AnswersBuilder<T> {

  private final Resilience resilience;
  private @Nullable ResponseStore<T> store;
  private Duration storeTimeout = Duration.ofSeconds(1);
  private @Nullable Duration replayFor;
  private @Nullable Duration degradeWithin;
  private @Nullable SimilarAnswers<T> similar;
  private @Nullable Function<? super CallFailure, ? extends T> staticAnswer;
  private boolean singleFlight;
  private Executor executor = Errand::onNewThread;

  AnswersBuilder(Resilience resilience) {
    this.resilience = Objects.requireNonNull(resilience, "resilience");
  }

  /** Where models' answers are kept, for {@link #replayFor} and {@link #degradeWithin}. */
  public AnswersBuilder<T> store(ResponseStore<T> store) {
    this.store = Objects.requireNonNull(store, "store");
    return this;
  }

  /**
   * How long to wait for the store, and for {@link #similar} answers, within the deadline of the
   * call. 1 second by default.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AnswersBuilder<T> storeTimeout(Duration timeout) {
    this.storeTimeout = Require.positive("storeTimeout", timeout);
    return this;
  }

  /**
   * Gives a kept answer that is younger than this again, without asking a model. Off by default.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AnswersBuilder<T> replayFor(Duration age) {
    this.replayFor = Require.positive("replayFor", age);
    return this;
  }

  /**
   * Lets a kept answer of up to this age stand in when no model answers. Off by default.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AnswersBuilder<T> degradeWithin(Duration age) {
    this.degradeWithin = Require.positive("degradeWithin", age);
    return this;
  }

  /**
   * Lets the answer to a similar question stand in when no model answers and the question's own
   * answer is not there. It concerns questions with a prompt only. Off by default.
   */
  public AnswersBuilder<T> similar(SimilarAnswers<T> similar) {
    this.similar = Objects.requireNonNull(similar, "similar");
    return this;
  }

  /**
   * What stands in when no model answers and no kept answer is there. What it throws ends the call.
   * None by default.
   */
  public AnswersBuilder<T> staticAnswer(Function<? super CallFailure, ? extends T> answer) {
    this.staticAnswer = Objects.requireNonNull(answer, "staticAnswer");
    return this;
  }

  /** Makes one upstream call for identical questions in flight. Off by default. */
  public AnswersBuilder<T> singleFlight() {
    this.singleFlight = true;
    return this;
  }

  /**
   * Where the upstream calls of blocking callers run that may be shared; each holds a thread until
   * it has ended. A daemon thread for each of them by default, which costs some tens of
   * microseconds; a pool or virtual threads cost less. A pool bounds the calls under way; one that
   * has no thread for a call within its deadline fails it, unless something stands in.
   */
  public AnswersBuilder<T> executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * The instance.
   *
   * @throws IllegalArgumentException if a setting needs a store and there is none, or the other way
   *     round
   */
  public Answers<T> build() {
    if (store == null && (replayFor != null || degradeWithin != null)) {
      throw new IllegalArgumentException(
          "%s needs a store, but there is none"
              .formatted(replayFor != null ? "replayFor" : "degradeWithin"));
    }
    if (store != null && replayFor == null && degradeWithin == null) {
      throw new IllegalArgumentException(
          "a store needs replayFor or degradeWithin, but both are off");
    }
    var tally = new Tally();
    var shelf = new Shelf<>(store, similar, storeTimeout, resilience.time(), tally.storeFailures);
    return new Answers<>(
        new AnswerSettings<>(
            resilience,
            shelf,
            replayFor,
            degradeWithin,
            similar != null,
            staticAnswer,
            singleFlight ? new Flights<>(tally.joined) : null,
            executor,
            tally),
        Deadline.none());
  }
}
