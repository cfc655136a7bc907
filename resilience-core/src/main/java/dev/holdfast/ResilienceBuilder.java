package dev.holdfast;

import dev.holdfast.model.Model;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.require.Require;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link Resilience}. Not safe for use by many threads. */
public final class ResilienceBuilder {

  private final Map<String, Model> models = new LinkedHashMap<>();
  private Retry retry = Retry.defaults();
  private Classifier<@Nullable Object> classifier = Classifier.standard();
  private Duration deadline = Duration.ofMinutes(2);
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
  private Time time = Time.system();

  ResilienceBuilder() {}

  /**
   * Adds a model to the end of the chain. A call asks the first model, and those after it in turn
   * when it fails.
   *
   * @throws IllegalArgumentException if a model of this name was added before
   */
  public ResilienceBuilder model(Model model) {
    if (models.putIfAbsent(model.name(), model) != null) {
      throw new IllegalArgumentException(
          "model must be named once in a chain, but was '%s' again".formatted(model.name()));
    }
    return this;
  }

  /**
   * How often to ask each model, and how long to wait in between; {@link Retry#defaults} by
   * default. Of its settings the attempts, the backoff, the longest wait and the budget count here.
   */
  public ResilienceBuilder retry(Retry retry) {
    this.retry = Objects.requireNonNull(retry, "retry");
    return this;
  }

  /**
   * How long a call may take with all its attempts and waits. 2 minutes by default.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ResilienceBuilder deadline(Duration deadline) {
    this.deadline = Require.positive("deadline", deadline);
    return this;
  }

  /**
   * What to understand failures by, the exceptions of an SDK above all. {@link Classifier#standard}
   * by default, which knows the JDK's exceptions; all others are {@link
   * dev.holdfast.outcome.FailureClass#UNKNOWN} to it, so they are not retried and count for no
   * breaker.
   */
  public ResilienceBuilder classifier(Classifier<@Nullable Object> classifier) {
    this.classifier = Objects.requireNonNull(classifier, "classifier");
    return this;
  }

  /** The source of jitter. The current thread's own by default; one given here is shared. */
  public ResilienceBuilder random(RandomGenerator random) {
    this.random = Objects.requireNonNull(random, "random");
    return this;
  }

  /** The clock, and what waits on it. The system's by default. */
  public ResilienceBuilder time(Time time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * The instance.
   *
   * @throws IllegalArgumentException if no model was added
   */
  public Resilience build() {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    var targets = new Targets(models, deadline, classifier, random, time);
    return new Resilience(targets, targets.names(), retry, deadline, Deadline.none());
  }
}
