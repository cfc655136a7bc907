package dev.holdfast.breaker;

import dev.holdfast.event.Listeners;
import dev.holdfast.event.Subscription;
import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.require.Require;
import dev.holdfast.time.Time;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * <p>The registry is bounded, because names may come from outside. When it is full, breakers are
 * evicted that are idle: CLOSED, not asked for in a while, with no failure and no slow call that
 * they know of, no call under way that a rule for hanging calls watches, no listener, and no
 * settings of their own or of their very name. The others stay, even beyond the bound.
 *
 * <p>An evicted breaker is found again for as long as somebody holds it, as every call under way
 * does, and is kept again when it is asked for or hears of a failure. So all who use a name at the
 * same time use the same instance, until it is removed.
 *
 * <p>Safe for use by many threads.
 */
public final class CircuitBreakers {

  private final AtomicReference<ConfigRules> rules;
  private final Map<String, HealthProbe> probes;
  private final int maxBreakers;
  private final Time time;
  private final RandomGenerator random;
  private final ConcurrentHashMap<String, Registration> names = new ConcurrentHashMap<>();
  private final Set<Registration> kept = ConcurrentHashMap.newKeySet();

  /** Evicted breakers that nobody holds any more, and whose names may be forgotten. */
  private final ReferenceQueue<RegisteredBreaker> collected = new ReferenceQueue<>();

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
      var present = names.get(name);
      var breaker = present == null ? add(name) : find(present);
      if (breaker != null) {
        return breaker;
      }
    }
  }

  /** The breakers made so far and neither removed nor evicted. */
  public Collection<CircuitBreaker> all() {
    return names.values().stream()
        .filter(Registration::isKept)
        .map(Registration::breaker)
        .filter(Objects::nonNull)
        .toList();
  }

  /** As {@link CircuitBreaker#call}, through the breaker of the given name. */
  public <T extends @Nullable Object, E extends Exception> T call(
      String name, ThrowingSupplier<T, E> call) throws E {
    return breaker(name).call(call);
  }

  /** As {@link CircuitBreaker#callAsync}, through the breaker of the given name. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      String name, Supplier<? extends CompletionStage<T>> call) {
    Require.notBlank("name", name);
    CircuitBreaker breaker;
    try {
      breaker = breaker(name);
    } catch (Throwable brokenClock) {
      return CompletableFuture.failedFuture(brokenClock);
    }
    return breaker.callAsync(call);
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
    followRule(nameOrPattern);
  }

  /** Changes the settings of every name that has none of its own, in the same way. */
  public void configureDefault(CircuitBreakerConfig config) {
    rules.updateAndGet(current -> current.withDefault(config));
    followRule(null);
  }

  /**
   * Removes a breaker and the listeners that this registry had on it. Who holds it may go on using
   * it, but the next to ask gets another one.
   *
   * @return whether there was one
   */
  public boolean remove(String name) {
    var removed = names.remove(Objects.requireNonNull(name, "name"));
    return removed != null && removed.remove();
  }

  /** Tells {@code listener} the transitions of all breakers, those made later included. */
  public Subscription onTransition(Consumer<? super StateTransition> listener) {
    return transitions.add(listener);
  }

  /** Tells {@code listener} the rejections of all breakers, those made later included. */
  public Subscription onRejection(Consumer<? super CallRejection> listener) {
    return rejections.add(listener);
  }

  /** The breaker of a name that has or had one; null if it has none any more. */
  private @Nullable CircuitBreaker find(Registration present) {
    boolean wasKept = present.isKept();
    var breaker = present.ask();
    if (breaker == null) {
      names.remove(present.name, present);
    } else if (!wasKept) {
      evictIdle(present);
    }
    return breaker;
  }

  /** The breaker of a name that had none; null if another thread was faster. */
  private @Nullable CircuitBreaker add(String name) {
    // Not computeIfAbsent: the clock is foreign code and must not be read under the map's lock.
    var made = create(name);
    var registration = new Registration(made, kept, collected);
    made.register(registration);
    if (names.putIfAbsent(name, registration) != null) {
      return null;
    }
    registration.begin();
    // The rules may have changed after it was made and before it could be seen.
    follow(made.breaker);
    forgetCollected();
    evictIdle(registration);
    return made.breaker;
  }

  private RegisteredBreaker create(String name) {
    var breaker = CircuitBreaker.of(name, rulesNow().of(name), time, random);
    var events = breaker.circuit().events;
    var told = events.transitions.listeners.add(transitions::publish);
    var refused = events.rejections.add(rejections::publish);
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

  /**
   * For the breakers of one rule, or of none: the others keep what they have, which may be settings
   * that they were given themselves.
   */
  private void followRule(@Nullable String nameOrPattern) {
    var changed = rulesNow();
    for (var registration : names.values()) {
      var breaker = registration.breaker();
      if (breaker != null && Objects.equals(changed.ruleOf(registration.name), nameOrPattern)) {
        follow(breaker);
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

  private void evictIdle(Registration newest) {
    if (kept.size() <= maxBreakers) {
      return;
    }
    var configured = rulesNow();
    for (var registration : kept) {
      if (registration != newest && !configured.names(registration.name)) {
        registration.evictIfIdle(configured.of(registration.name));
        if (kept.size() <= maxBreakers) {
          return;
        }
      }
    }
  }

  private void forgetCollected() {
    Reference<? extends RegisteredBreaker> next;
    while ((next = collected.poll()) != null) {
      if (next instanceof Registration registration) {
        names.remove(registration.name, registration);
      }
    }
  }
}
