package dev.holdfast;

import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Target;
import java.util.AbstractList;
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
  private final AtomicReferenceArray<Target> known;

  Chain(Targets targets, List<ChainStep> steps) {
    this.targets = targets;
    this.steps = steps;
    this.known = new AtomicReferenceArray<>(steps.size());
  }

  List<ChainStep> steps() {
    return steps;
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
