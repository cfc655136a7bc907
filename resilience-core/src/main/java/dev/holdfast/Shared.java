package dev.holdfast;

import dev.holdfast.outcome.Classifier;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all variants of one {@link Resilience} have in common. */
final class Shared {

  private final Targets targets;
  private final Calls calls;
  private final AttemptWatch watch;
  private final Classifier<@Nullable Object> classifier;
  private final List<ChainWarning> warnings;
  private final StackedRetries stackedRetries = new StackedRetries();
  private final AttemptStarts starts = new AttemptStarts();
  private final Map<String, Resilience> features = new LinkedHashMap<>();

  Shared(
      Targets targets,
      Calls calls,
      AttemptWatch watch,
      Classifier<@Nullable Object> classifier,
      List<ChainWarning> warnings) {
    this.targets = targets;
    this.calls = calls;
    this.watch = watch;
    this.classifier = classifier;
    this.warnings = warnings;
  }

  Targets targets() {
    return targets;
  }

  Calls calls() {
    return calls;
  }

  AttemptWatch watch() {
    return watch;
  }

  AttemptStarts starts() {
    return starts;
  }

  Classifier<@Nullable Object> classifier() {
    return classifier;
  }

  List<ChainWarning> warnings() {
    return stackedRetries.after(warnings);
  }

  StackedRetries stackedRetries() {
    return stackedRetries;
  }

  /** A call of {@code inner} begins on this thread, perhaps inside an attempt of another one. */
  void noticeNesting(Resilience inner, Thread thread) {
    var starting = starts.ownerOn(thread);
    var outer = starting != null ? starting : watch.ownerOn(thread);
    if (outer != null) {
      StackedRetries.notice(outer, inner);
    }
  }

  /** Only while the instance is built, before anybody else can see it. */
  void declare(String feature, Resilience variant) {
    features.put(feature, variant);
  }

  Set<String> features() {
    return Collections.unmodifiableSet(features.keySet());
  }

  Resilience feature(String name) {
    var variant = features.get(Objects.requireNonNull(name, "name"));
    if (variant == null) {
      throw new IllegalArgumentException(
          "feature must be one of %s, but was '%s'".formatted(features.keySet(), name));
    }
    return variant;
  }
}
