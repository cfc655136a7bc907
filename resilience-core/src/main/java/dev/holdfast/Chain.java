package dev.holdfast;

import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Target;
import dev.holdfast.require.Require;
import java.util.AbstractList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The targets of a chain. They are made once and kept for as long as the registry of the breakers
 * keeps theirs; a breaker that was removed, or forgotten because nobody had used it, is replaced by
 * the one that the registry has instead.
 */
final class Chain extends AbstractList<Target> {

  private final Targets targets;
  private final List<ChainStep> steps;
  private final List<String> models;
  private final AtomicReferenceArray<Target> known;

  Chain(Targets targets, List<ChainStep> steps) {
    this.targets = targets;
    this.steps = steps;
    this.models = steps.stream().map(ChainStep::model).toList();
    this.known = new AtomicReferenceArray<>(steps.size());
  }

  /**
   * The steps of a chain of these models.
   *
   * @throws IllegalArgumentException if there are none, or one is named twice or not at all
   */
  static List<ChainStep> stepsOf(List<String> models) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("chain must have at least 1 model, but was empty");
    }
    var seen = new HashSet<String>();
    for (var model : models) {
      boolean isNew = seen.add(Require.notBlank("model", model));
      Require.once(isNew, "model", "named once in a chain", model);
    }
    return models.stream().map(ChainStep::of).toList();
  }

  List<ChainStep> steps() {
    return steps;
  }

  /** The names of the models, in order. */
  List<String> models() {
    return models;
  }

  /** The part that begins at a model; a model that is not in the chain is one by itself. */
  List<ChainStep> from(String model) {
    for (int place = 0; place < steps.size(); place++) {
      if (steps.get(place).model().equals(model)) {
        return place == 0 ? steps : steps.subList(place, steps.size());
      }
    }
    return List.of(ChainStep.of(model));
  }

  @Override
  public Target get(int place) {
    var step = steps.get(place);
    var breaker = targets.breakers.breaker(step.model());
    var last = known.get(place);
    if (last != null && last.breaker() == breaker) {
      return last;
    }
    var target = targets.target(step, breaker);
    known.set(place, target);
    return target;
  }

  @Override
  public int size() {
    return steps.size();
  }
}
