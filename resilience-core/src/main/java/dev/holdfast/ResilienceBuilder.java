package dev.holdfast;

import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Feature;
import dev.holdfast.model.Model;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.PlanSettings;
import dev.holdfast.require.Require;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link Resilience}. Not safe for use by many threads. */
public final class ResilienceBuilder {

  private final Map<String, Model> models = new LinkedHashMap<>();
  private final Map<String, Feature> features = new LinkedHashMap<>();
  private Retry retry = Retry.defaults();
  private Classifier<@Nullable Object> classifier = Classifier.standard();
  private Duration deadline = Duration.ofMinutes(2);
  private double reservedForLast = 0.25;
  private Set<FailureClass> fallBackOn = Set.of();
  private AlertRule alert = AlertRule.ofDefaults();
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
    boolean isNew = models.putIfAbsent(model.name(), model) == null;
    Require.once(isNew, "model", "named once in a chain", model.name());
    return this;
  }

  /**
   * Declares a feature. Its calls are made through {@link Resilience#feature}.
   *
   * @throws IllegalArgumentException if a feature of this name was declared before
   */
  public ResilienceBuilder feature(Feature feature) {
    boolean isNew = features.putIfAbsent(feature.name(), feature) == null;
    Require.once(isNew, "feature", "declared once", feature.name());
    return this;
  }

  /**
   * The share of a call's time that is kept for the last model of its chain, so that the ones
   * before it cannot use it up; but never more than an attempt at the last model may take. 0.25 by
   * default.
   *
   * @throws IllegalArgumentException if it is not at least 0 and below 1
   */
  public ResilienceBuilder reservedForLast(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "reservedForLast must be at least 0 and below 1, but was %s".formatted(share));
    }
    reservedForLast = share;
    return this;
  }

  /**
   * Failures that lead to the next model although a caller is shown them at once by default; see
   * {@link Feature.Builder#fallBackOn}. None by default.
   *
   * @throws IllegalArgumentException if one is not one of those that this can be asked for
   */
  public ResilienceBuilder fallBackOn(FailureClass... failures) {
    fallBackOn =
        Require.each(
            "fallBackOn", "failures that may fall back", FailureClass::mayFallBack, failures);
    return this;
  }

  /** When to tell {@link Resilience#onAlert}. {@link AlertRule#ofDefaults} by default. */
  public ResilienceBuilder alert(AlertRule rule) {
    alert = Objects.requireNonNull(rule, "alert");
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
   * @throws IllegalArgumentException if no model was added, or if the chain of a feature names one
   *     that was not
   */
  public Resilience build() {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    var targets = new Targets(models, time);
    var common = targets.names().stream().map(ChainStep::of).toList();
    var warnings = new ChainCheck(models).check(common, features.values());
    var shared =
        new Shared(
            targets,
            new Calls(targets.breakers, time, alert),
            new AttemptWatch(time),
            classifier,
            warnings);
    var resilience = variant(shared, null, common);
    features.forEach((name, feature) -> shared.declare(name, variant(shared, feature, common)));
    return resilience;
  }

  private Resilience variant(Shared shared, @Nullable Feature feature, List<ChainStep> common) {
    var steps = feature == null || feature.chain().isEmpty() ? common : feature.chain();
    var chain = shared.targets().chain(steps);
    var name = feature == null ? null : feature.name();
    var limit = feature == null ? null : feature.bulkhead();
    var itsRetry = feature == null ? null : feature.retry();
    var itsDeadline = feature == null ? null : feature.deadline();
    var usual = itsDeadline == null ? deadline : itsDeadline;
    var itsFallBackOn = feature == null ? null : feature.fallBackOn();
    var settings =
        new PlanSettings(
            name,
            chain,
            name == null || limit == null ? null : Bulkhead.of(name, limit, time),
            itsRetry == null ? retry : itsRetry,
            usual,
            reservedForLast,
            itsFallBackOn == null ? fallBackOn : itsFallBackOn,
            random,
            time,
            shared.calls().of(name, steps.get(0).model()));
    return new Resilience(shared, chain, settings, usual, Deadline.none());
  }
}
