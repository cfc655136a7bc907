package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.event.Subscription;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.time.Time;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breakers of an application, one for each name, made when they are first asked for.
 * The names are those of models: one breaker for all would let one model's outage stop the others.
 *
 * <p>The registry is bounded, because names may come from outside. When it is full, breakers go
 * that are CLOSED, know of no failure and no slow call and were not asked for in a while; the
 * others stay, even beyond the bound, and so do those whose very name has settings.
 *
 * <p><b>Pitfall:</b> a breaker that its owner keeps a reference to, and does not ask the registry
 * for, counts as unused. When it has gone, the next to ask for its name gets another one, so ask
 * for each call.
 *
 * <p>Safe for use by many threads; all who ask for a name get the same instance.
 */
public final class CircuitBreakers {

  private final AtomicReference<ConfigRules> rules;
  private final Map<String, HealthProbe> probes;
  private final int maxBreakers;
  private final Time time;
  private final RandomGenerator random;
  private final ConcurrentHashMap<String, RegisteredBreaker> breakers = new ConcurrentHashMap<>();
  private final Listeners<StateTransition> transitions = new Listeners<>();
  private final Listeners<CallRejection> rejections = new Listeners<>();

  CircuitBreakers(
      ConfigRules rules,
      Map<String, HealthProbe> probes,
      int maxBreakers,
      Time time,
      RandomGenerator random) {
    this.rules = new AtomicReference<>(rules);
    this.probes = probes;
    this.maxBreakers = maxBreakers;
    this.time = time;
    this.random = random;
  }

  /** A registry whose breakers all have the default settings. */
  public static CircuitBreakers ofDefaults() {
    return builder().build();
  }

  /** A registry whose breakers all have the given settings. */
  public static CircuitBreakers of(CircuitBreakerConfig config) {
    return builder().defaultConfig(config).build();
  }

  /** A builder of a registry. */
  public static CircuitBreakersBuilder builder() {
    return new CircuitBreakersBuilder();
  }

  /**
   * The breaker of the given name.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public CircuitBreaker breaker(String name) {
    Objects.requireNonNull(name, "name");
    while (true) {
      var present = breakers.get(name);
      var breaker = present == null ? add(name) : present.ask();
      if (breaker != null) {
        return breaker;
      }
      if (present != null) {
        // Evicted, and whoever did it may be slow to remove it.
        breakers.remove(name, present);
      }
    }
  }

  /** The breakers made so far and not removed. */
  public Collection<CircuitBreaker> all() {
    return breakers.values().stream().map(registered -> registered.breaker).toList();
  }

  /** As {@link CircuitBreaker#call}, through the breaker of the given name. */
  public <T extends @Nullable Object, E extends Exception> T call(
      String name, ThrowingSupplier<T, E> call) throws E {
    return breaker(name).call(call);
  }

  /** As {@link CircuitBreaker#callAsync}, through the breaker of the given name. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      String name, Supplier<? extends CompletionStage<T>> call) {
    return breaker(name).callAsync(call);
  }

  /**
   * Changes the settings of a name, or of all names that fit a pattern, for the breakers in use and
   * for those made later; see {@link CircuitBreaker#configure} for what stays.
   *
   * @param nameOrPattern a name, or a pattern in which each {@code *} stands for any text
   * @throws IllegalArgumentException if it is blank
   */
  public void configure(String nameOrPattern, CircuitBreakerConfig config) {
    rules.updateAndGet(current -> current.with(nameOrPattern, config));
    followInto(config);
  }

  /** Changes the settings of every name that has none of its own, in the same way. */
  public void configureDefault(CircuitBreakerConfig config) {
    rules.updateAndGet(current -> current.withDefault(config));
    followInto(config);
  }

  /**
   * Removes a breaker and the listeners that this registry had on it. Who holds it may go on using
   * it, but the next to ask gets another one.
   *
   * @return whether there was one
   */
  public boolean remove(String name) {
    var removed = breakers.remove(name);
    if (removed != null) {
      removed.release();
    }
    return removed != null;
  }

  /** Tells {@code listener} the transitions of all breakers, those made later included. */
  public Subscription onTransition(Consumer<? super StateTransition> listener) {
    return transitions.add(listener);
  }

  /** Tells {@code listener} the rejections of all breakers, those made later included. */
  public Subscription onRejection(Consumer<? super CallRejection> listener) {
    return rejections.add(listener);
  }

  /** The breaker of a name that had none, or null if it was evicted meanwhile. */
  private @Nullable CircuitBreaker add(String name) {
    // Not computeIfAbsent: the clock is foreign code and must not be read under the map's lock.
    var made = create(name);
    var earlier = breakers.putIfAbsent(name, made);
    var breaker = (earlier == null ? made : earlier).ask();
    if (breaker == null) {
      return null;
    }
    // The rules may have changed after it was made and before it could be seen.
    follow(breaker);
    if (breakers.size() > maxBreakers) {
      evictIdle(name);
    }
    return breaker;
  }

  private RegisteredBreaker create(String name) {
    var breaker = CircuitBreaker.of(name, rulesNow().of(name), time, random);
    var told = breaker.onTransition(transitions::publish);
    var refused = breaker.onRejection(rejections::publish);
    var probe = probes.get(name);
    return new RegisteredBreaker(
        breaker,
        probe == null
            ? List.of(told, refused)
            : List.of(told, refused, new HealthProber(breaker, probe)));
  }

  private ConfigRules rulesNow() {
    return Objects.requireNonNull(rules.get());
  }

  /** The others keep what they have, which may be settings that they were given themselves. */
  private void followInto(CircuitBreakerConfig config) {
    var changed = rulesNow();
    for (var registered : breakers.values()) {
      if (changed.of(registered.breaker.name()) == config) {
        follow(registered.breaker);
      }
    }
  }

  /** Until the rules stay as they are, so that of two changes the later one has the last word. */
  private void follow(CircuitBreaker breaker) {
    ConfigRules followed;
    do {
      followed = rulesNow();
      var config = followed.of(breaker.name());
      if (config != breaker.config()) {
        breaker.configure(config);
      }
    } while (!followed.equals(rulesNow()));
  }

  private void evictIdle(String newest) {
    var configured = rulesNow();
    for (var entry : breakers.entrySet()) {
      if (breakers.size() <= maxBreakers) {
        return;
      }
      var registered = entry.getValue();
      boolean mayGo = !entry.getKey().equals(newest) && !configured.names(entry.getKey());
      if (mayGo && registered.evictIfIdle()) {
        breakers.remove(entry.getKey(), registered);
        registered.release();
      }
    }
  }
}
