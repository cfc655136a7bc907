package dev.holdfast.model;

import dev.holdfast.bulkhead.BulkheadConfig;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.require.Require;
import dev.holdfast.retry.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one feature of an application have in common: the chain of models that they
 * ask, how many may be under way, and how long they may take. Immutable.
 *
 * <pre>{@code
 * Feature.named("chat")
 *     .chain("claude-sonnet", "claude-haiku")
 *     .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(20).build())
 *     .deadline(Duration.ofSeconds(40))
 *     .build()
 * }</pre>
 */
public final class Feature {

  private final String name;
  private final List<ChainStep> chain;
  private final @Nullable BulkheadConfig bulkhead;
  private final @Nullable Duration deadline;
  private final @Nullable Retry retry;
  private final @Nullable Set<FailureClass> fallBackOn;

  private Feature(Builder builder) {
    this.name = builder.name;
    this.chain = List.copyOf(builder.chain);
    this.bulkhead = builder.bulkhead;
    this.deadline = builder.deadline;
    this.retry = builder.retry;
    this.fallBackOn = builder.fallBackOn;
  }

  /**
   * A builder of a feature.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The name, which events and counters show. */
  public String name() {
    return name;
  }

  /** The steps of its chain; empty if it has all the models, in the order of their declaration. */
  public List<ChainStep> chain() {
    return chain;
  }

  /** How many of its calls may be under way; null if nothing limits them. */
  public @Nullable BulkheadConfig bulkhead() {
    return bulkhead;
  }

  /** How long its calls may take; null if as long as others. */
  public @Nullable Duration deadline() {
    return deadline;
  }

  /** How often to ask each model; null if as often as others do. */
  public @Nullable Retry retry() {
    return retry;
  }

  /** The failures that lead to the next model all the same; null if those of others do. */
  public @Nullable Set<FailureClass> fallBackOn() {
    return fallBackOn;
  }

  /** Collects the settings of a feature. Not safe for use by many threads. */
  public static final class Builder {

    private final String name;
    private final List<ChainStep> chain = new ArrayList<>();
    private boolean fallsBack = true;
    private @Nullable BulkheadConfig bulkhead;
    private @Nullable Duration deadline;
    private @Nullable Retry retry;
    private @Nullable Set<FailureClass> fallBackOn;

    private Builder(String name) {
      this.name = Require.notBlank("name", name);
    }

    /**
     * Adds models to the end of the chain, to be asked with the caller's own request. Without any
     * the feature has all the models, in the order of their declaration.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    public Builder chain(String... models) {
      for (var model : models) {
        step(ChainStep.of(model));
      }
      return this;
    }

    /** Adds a step to the end of the chain. */
    public Builder step(ChainStep step) {
      chain.add(Objects.requireNonNull(step, "step"));
      return this;
    }

    /** Says that its calls ask one model only, and that a second one in the chain is a mistake. */
    public Builder noFallback() {
      fallsBack = false;
      return this;
    }

    /** How many of its calls may be under way. Nothing limits them by default. */
    public Builder bulkhead(BulkheadConfig config) {
      bulkhead = Objects.requireNonNull(config, "bulkhead");
      return this;
    }

    /**
     * How long its calls may take with all their attempts and waits. As long as others by default.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder deadline(Duration deadline) {
      this.deadline = Require.positive("deadline", deadline);
      return this;
    }

    /** How often to ask each model, and how long to wait in between. As others by default. */
    public Builder retry(Retry retry) {
      this.retry = Objects.requireNonNull(retry, "retry");
      return this;
    }

    /**
     * Failures that lead to the next model of the chain, although a caller is shown them at once by
     * default: another model may take a request that one refuses or finds wrong, and another
     * credential may be valid. If no model is left to ask after it, the caller is shown the
     * failure; if those that are left cannot be asked now, because their circuits are open or their
     * gates shut, the call ends as one whose chain is exhausted. As others by default; without any,
     * none.
     *
     * @param failures of {@code INVALID_REQUEST}, {@code CONTENT_REFUSED}, {@code UNAUTHENTICATED}
     *     and {@code UNTRUSTED_SERVER}
     * @throws IllegalArgumentException if one is not one of these
     */
    public Builder fallBackOn(FailureClass... failures) {
      fallBackOn =
          Require.each(
              "fallBackOn", "failures that may fall back", FailureClass::mayFallBack, failures);
      return this;
    }

    /**
     * The feature with the settings collected so far.
     *
     * @throws IllegalArgumentException if its chain comes back to a model that it has asked, or if
     *     it has {@link #noFallback} and not exactly 1 model
     */
    public Feature build() {
      var rule = "named once in the chain of feature '%s'".formatted(name);
      var seen = new HashSet<String>();
      for (var step : chain) {
        Require.once(seen.add(step.model()), "model", rule, step.model());
      }
      if (!fallsBack && chain.size() != 1) {
        throw new IllegalArgumentException(
            "chain of feature '%s' must have 1 model, because it has no fallback, but had %d"
                .formatted(name, chain.size()));
      }
      return new Feature(this);
    }
  }
}
