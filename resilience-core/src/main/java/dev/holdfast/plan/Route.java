package dev.holdfast.plan;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.FallbackAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call along its chain: where it is, how often it has asked and waited there, and
 * which of the models ahead its failures forbid. A target is looked up once, when the call comes to
 * it, so that a call begins and ends an attempt with the same one.
 */
final class Route {

  private final List<Target> chain;
  private List<Restriction> restrictions = List.of();

  private int place;
  private @Nullable Target target;
  int attemptsHere;
  int waitsHere;

  /** When the last attempt began, and whether it was a probe. */
  long since;

  boolean isProbe;

  /** Whether the call is known to be a stream, whose attempts are timed to their first content. */
  boolean streams;

  Route(List<Target> chain) {
    this.chain = chain;
    this.target = chain.get(0);
  }

  boolean isAtEnd() {
    return target == null;
  }

  boolean isAtLast() {
    return place == chain.size() - 1;
  }

  /** Where the call is; not to be asked at the end. */
  Target target() {
    return Objects.requireNonNull(target, "target");
  }

  /** The target that is next if nothing forbids it; null if there is none. */
  @Nullable Target following() {
    return place + 1 < chain.size() ? chain.get(place + 1) : null;
  }

  /** An attempt begins. */
  void begins(boolean asProbe, long now) {
    attemptsHere++;
    since = now;
    isProbe = asProbe;
  }

  /** Whether a target ahead could be asked at once, if this one failed with such advice. */
  boolean isFreeAhead(FallbackAdvice advice, long now) {
    var added = new Restriction(advice, target());
    for (int ahead = place + 1; ahead < chain.size(); ahead++) {
      var candidate = chain.get(ahead);
      boolean isAllowed = added.allows(candidate) && !isForbidden(candidate);
      if (isAllowed && candidate.gates().closedNanos(now) == 0 && admits(candidate.breaker())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a call has a chance; one that is forced open does not say for how long. */
  private static boolean admits(CircuitBreaker breaker) {
    return !breaker.isOpen() && breaker.retryAfter().isZero();
  }

  /** Leaves a target that has failed, and remembers what that says about those ahead. */
  void leave(FallbackAdvice advice) {
    if (advice != FallbackAdvice.ANY) {
      if (restrictions.isEmpty()) {
        restrictions = new ArrayList<>();
      }
      restrictions.add(new Restriction(advice, target()));
    }
    advance();
  }

  /** Goes to the next target that no failure forbids, or to the end. */
  void advance() {
    attemptsHere = 0;
    waitsHere = 0;
    do {
      place++;
      target = place < chain.size() ? chain.get(place) : null;
    } while (target != null && isForbidden(target));
  }

  private boolean isForbidden(Target candidate) {
    for (var restriction : restrictions) {
      if (!restriction.allows(candidate)) {
        return true;
      }
    }
    return false;
  }

  /** That a model failed in a way which does not allow just any other. */
  private record Restriction(FallbackAdvice advice, Target failed) {

    boolean allows(Target candidate) {
      var one = failed.model();
      var other = candidate.model();
      return switch (advice) {
        case ANY -> true;
        case NONE -> false;
        case OTHER_QUOTA_POOL -> differ(one.quotaPool(), other.quotaPool());
        case OTHER_ACCOUNT -> differ(one.account(), other.account());
        case OTHER_CREDENTIAL -> differ(one.credential(), other.credential());
        // Of two sizes that are not known, neither is known to be larger.
        case LARGER_CONTEXT ->
            one.contextTokens() > 0 && other.contextTokens() > one.contextTokens();
      };
    }

    /** What is not declared is not shared. */
    private static boolean differ(@Nullable String one, @Nullable String other) {
      return one == null || !one.equals(other);
    }
  }
}
