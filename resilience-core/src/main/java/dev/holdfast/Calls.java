package dev.holdfast;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.event.Listeners;
import dev.holdfast.plan.CallObserver;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.time.Time;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is told of the calls of one {@link Resilience}: counters, and records for listeners. */
final class Calls {

  /** Names of models may come from outside; beyond so many they are counted as one. */
  private static final int MOST_COUNTED = 1000;

  private static final String OTHERS = "others";

  /** Calls that belong to no feature come last. */
  private static final Comparator<CallCounts> BY_FEATURE_AND_MODEL =
      Comparator.comparing(CallCounts::feature, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(CallCounts::model);

  final Listeners<CallRecord> listeners = new Listeners<>();
  final Listeners<CallAlert> alerts = new Listeners<>();

  private final Time time;
  private final AlertRule rule;

  private final Map<Key, Counts> counts = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> opened = new ConcurrentHashMap<>();

  Calls(CircuitBreakers breakers, Time time, AlertRule rule) {
    this.time = time;
    this.rule = rule;
    breakers.onTransition(
        transition -> {
          if (transition.to() == CircuitBreaker.State.OPEN) {
            var counted = within(opened, transition.name()) ? transition.name() : OTHERS;
            opened.computeIfAbsent(counted, name -> new LongAdder()).increment();
          }
        });
  }

  /** Hears of the calls of a feature that ask for a model. */
  CallObserver of(@Nullable String feature, String model) {
    var asked = new Key(feature, model);
    var counted = within(counts, asked) ? asked : new Key(feature, OTHERS);
    var mine = counts.computeIfAbsent(counted, key -> new Counts(key.feature, key.model, rule));
    return plan -> {
      var alert = mine.count(plan, model, time);
      if (alert != null) {
        alerts.publish(alert);
      }
      if (!listeners.isEmpty()) {
        listeners.publish(plan.record());
      }
    };
  }

  List<CallCounts> read() {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue().read(openedOf(entry.getKey().model)))
        .sorted(BY_FEATURE_AND_MODEL)
        .toList();
  }

  private static <K> boolean within(Map<K, ?> counted, K key) {
    return counted.size() < MOST_COUNTED || counted.containsKey(key);
  }

  private long openedOf(String model) {
    var times = opened.get(model);
    return times == null ? 0 : times.sum();
  }

  private record Key(@Nullable String feature, String model) {}
}
