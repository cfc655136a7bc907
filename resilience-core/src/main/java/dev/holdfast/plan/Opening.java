package dev.holdfast.plan;

import dev.holdfast.model.Target;
import dev.holdfast.time.Durations;

/**
 * The first attempt of every call that has time enough for it.
 *
 * @param target whom it asks
 * @param attempt the attempt
 * @param nanos how long a call must have left for it
 */
record Opening(Target target, Attempt attempt, long nanos) {

  static Opening at(Target target) {
    var model = target.model();
    var attempt = Patience.attempt(target, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    long answer = Durations.saturatedNanos(model.attemptTimeout());
    long firstContent = Durations.saturatedNanos(model.firstContentTimeout());
    long gap = Durations.saturatedNanos(model.streamGap());
    return new Opening(target, attempt, Math.max(answer, Math.max(firstContent, gap)));
  }
}
