package dev.holdfast.answers;

import java.util.concurrent.atomic.LongAdder;

/** What one {@link Answers} counts. */
final class Tally {

  final LongAdder asked = new LongAdder();
  final LongAdder replayed = new LongAdder();
  final LongAdder joined = new LongAdder();
  final LongAdder storeFailures = new LongAdder();

  private final LongAdder exact = new LongAdder();
  private final LongAdder similar = new LongAdder();
  private final LongAdder fixed = new LongAdder();

  void degraded(Reply.Source source) {
    switch (source) {
      case CACHED_EXACT -> exact.increment();
      case CACHED_SIMILAR -> similar.increment();
      case STATIC -> fixed.increment();
    }
  }

  AnswerCounts read() {
    return new AnswerCounts(
        asked.sum(),
        replayed.sum(),
        joined.sum(),
        exact.sum(),
        similar.sum(),
        fixed.sum(),
        storeFailures.sum());
  }
}
