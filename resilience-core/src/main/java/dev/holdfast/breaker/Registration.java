package dev.holdfast.breaker;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A name in the registry. Its breaker is kept while it is in use or knows something; when it is
 * evicted it is only not kept any more, and found for as long as somebody else holds it. Every call
 * under way does, and what it comes to is counted where the next one of that name looks.
 */
final class Registration extends WeakReference<RegisteredBreaker> {

  /** Whether the breaker is kept, and whether it was asked for since that was last considered. */
  private static final class Hold {

    static final Hold EVICTED = new Hold(null, false);
    static final Hold REMOVED = new Hold(null, false);

    final @Nullable RegisteredBreaker kept;
    final boolean asked;

    Hold(@Nullable RegisteredBreaker kept, boolean asked) {
      this.kept = kept;
      this.asked = asked;
    }
  }

  final String name;

  /** All that are kept. Each is in it exactly while it is, or will be in a moment. */
  private final Set<Registration> allKept;

  private final AtomicReference<Hold> hold;

  Registration(
      RegisteredBreaker registered,
      Set<Registration> allKept,
      ReferenceQueue<RegisteredBreaker> collected) {
    super(registered, collected);
    this.name = registered.breaker.name();
    this.allKept = allKept;
    this.hold = new AtomicReference<>(new Hold(registered, true));
  }

  /** Takes effect: the name has this breaker from now on. */
  void begin() {
    enlist();
  }

  /** The breaker, which is kept from now on, or null if it was removed or nobody held it. */
  @Nullable CircuitBreaker ask() {
    while (true) {
      var seen = now();
      // Written only when it changes, because all callers of all threads come by here.
      if (seen.asked && seen.kept != null) {
        return seen.kept.breaker;
      }
      var found = seen.kept != null ? seen.kept : get();
      if (found == null || seen == Hold.REMOVED) {
        return null;
      }
      if (change(seen, new Hold(found, true))) {
        return found.breaker;
      }
    }
  }

  /** The breaker, unless it was removed or nobody holds it. */
  @Nullable CircuitBreaker breaker() {
    var found = hold.get() == Hold.REMOVED ? null : get();
    return found == null ? null : found.breaker;
  }

  boolean isKept() {
    return now().kept != null;
  }

  /** Keeps an evicted breaker again, because it is not idle any more. */
  void keep(RegisteredBreaker registered) {
    if (hold.get() == Hold.EVICTED) {
      change(Hold.EVICTED, new Hold(registered, true));
    }
  }

  /** Evicts the breaker if nobody asked since the last time, and it is idle. */
  void evictIfIdle(CircuitBreakerConfig usual) {
    var seen = now();
    var kept = seen.kept;
    if (kept == null) {
      return;
    }
    if (seen.asked) {
      change(seen, new Hold(kept, false));
    } else if (kept.isIdle(usual) && change(seen, Hold.EVICTED) && !kept.isIdle(usual)) {
      // What ended its idleness meanwhile may have found it kept.
      keep(kept);
    }
  }

  /** Ends the registration; false if there was nothing to end any more. */
  boolean remove() {
    var last = Objects.requireNonNull(hold.getAndSet(Hold.REMOVED));
    var removed = last.kept != null ? last.kept : get();
    enlist();
    if (last == Hold.REMOVED || removed == null) {
      return false;
    }
    removed.release();
    return true;
  }

  private Hold now() {
    return Objects.requireNonNull(hold.get());
  }

  private boolean change(Hold from, Hold to) {
    boolean changed = hold.compareAndSet(from, to);
    if (changed && (from.kept == null) != (to.kept == null)) {
      enlist();
    }
    return changed;
  }

  /** Whoever writes last has seen the last change, whatever the order of those before it. */
  private void enlist() {
    boolean kept;
    do {
      kept = isKept();
      if (kept) {
        allKept.add(this);
      } else {
        allKept.remove(this);
      }
    } while (kept != isKept());
  }
}
