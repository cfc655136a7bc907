package dev.holdfast;

import dev.holdfast.time.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Notices when the rate of the calls that go wrong in one way reaches that of a rule. It is asked
 * only about calls that did, so that good calls cost nothing; therefore it looks back to the first
 * of the bad ones in the window and not to the window's beginning.
 */
final class Alarm {

  /** The window moves on in steps of this part of it. */
  private static final int STEPS = 10;

  private final AlertRule rule;
  private final long windowNanos;
  private final AtomicReference<State> state = new AtomicReference<>(new State(List.of(), false));

  Alarm(AlertRule rule) {
    this.rule = rule;
    this.windowNanos = Durations.saturatedNanos(rule.window());
  }

  /**
   * Another call went wrong.
   *
   * @param calls the calls up to now, this one included
   * @param bad those of them that went wrong, this one included
   * @return what has just begun to be too much; its rate is 0 if nothing has
   */
  Finding bad(long now, long calls, long bad) {
    while (true) {
      var before = Objects.requireNonNull(state.get());
      var marks = current(before.marks, now, calls, bad);
      var first = marks.get(0);
      long seen = calls - first.calls;
      double rate = seen == 0 ? 0 : (double) (bad - first.bad) / seen;
      boolean tooMuch = seen >= rule.minimumCalls() && rate >= rule.rate();
      var after = new State(marks, tooMuch);
      boolean unchanged = marks == before.marks && tooMuch == before.ringing;
      if (unchanged || state.compareAndSet(before, after)) {
        return new Finding(tooMuch && !before.ringing ? rate : 0, seen);
      }
    }
  }

  /** The marks within the window, with one for now if the last is a step ago. */
  private List<Mark> current(List<Mark> marks, long now, long calls, long bad) {
    boolean isDue =
        marks.isEmpty() || now - marks.get(marks.size() - 1).time >= windowNanos / STEPS;
    boolean isStale = !marks.isEmpty() && now - marks.get(0).time > windowNanos;
    if (!isDue && !isStale) {
      return marks;
    }
    var recent = new ArrayList<Mark>(STEPS + 1);
    for (var mark : marks) {
      if (now - mark.time <= windowNanos) {
        recent.add(mark);
      }
    }
    if (isDue || recent.isEmpty()) {
      recent.add(new Mark(now, calls - 1, bad - 1));
    }
    return List.copyOf(recent);
  }

  /** The share of the calls that has just become too large, and how many they were. */
  record Finding(double rate, long calls) {}

  /** How many calls there had been at some time, just before one went wrong. */
  private record Mark(long time, long calls, long bad) {}

  private record State(List<Mark> marks, boolean ringing) {}
}
