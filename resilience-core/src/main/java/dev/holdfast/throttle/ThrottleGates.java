package dev.holdfast.throttle;

import dev.holdfast.outcome.HealthScope;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gates that stand before one model: its own, and those that it shares with other models of the
 * same quota pool, account or credential. While one of them is closed, no call goes to the model;
 * so a closed pool skips all its models.
 *
 * @param model the model's own gate
 * @param quotaPool the gate of its quota pool; null if none is declared
 * @param account the gate of its account; null if none is declared
 * @param credential the gate of its credential; null if none is declared
 */
public record ThrottleGates(
    ThrottleGate model,
    @Nullable ThrottleGate quotaPool,
    @Nullable ThrottleGate account,
    @Nullable ThrottleGate credential) {

  /** Checks the components. */
  public ThrottleGates {
    Objects.requireNonNull(model, "model");
  }

  /** The gate of a model that shares nothing. */
  public static ThrottleGates of(ThrottleGate model) {
    return new ThrottleGates(model, null, null, null);
  }

  /** These gates with another one of the model's own. */
  public ThrottleGates with(ThrottleGate ofModel) {
    return new ThrottleGates(ofModel, quotaPool, account, credential);
  }

  /** The nanoseconds until all of them are open; zero if they are at {@code now}. */
  public long closedNanos(long now) {
    long closed = model.closedNanos(now);
    closed = Math.max(closed, closedNanos(quotaPool, now));
    closed = Math.max(closed, closedNanos(account, now));
    return Math.max(closed, closedNanos(credential, now));
  }

  /** The gate that rate limits close: that of the quota pool, or the model's own without one. */
  public ThrottleGate ofQuota() {
    return quotaPool != null ? quotaPool : model;
  }

  /**
   * The gate that a failure of the given scope closes; null if such a failure closes none. A quota
   * pool or an account that is not declared is that of the model alone. A credential that is not
   * declared may be another one for each call, so its failure closes nothing.
   */
  public @Nullable ThrottleGate closedBy(HealthScope scope) {
    return switch (scope) {
      case THROTTLE -> ofQuota();
      case ACCOUNT -> account != null ? account : model;
      case CREDENTIAL -> credential;
      case ACCESS -> credential != null ? model : null;
      case CONFIGURATION -> model;
      case NONE, MODEL, HOST -> null;
    };
  }

  private static long closedNanos(@Nullable ThrottleGate gate, long now) {
    return gate == null ? 0 : gate.closedNanos(now);
  }
}
