package dev.holdfast.plan;

/** Hears of each call once, when it ends. Called on the thread of the call; must not throw. */
public interface CallObserver {

  /** Hears of no call. */
  CallObserver NONE = plan -> {};

  /**
   * The call has ended.
   *
   * @param plan its plan, to be read only; {@link CallPlan#record} is made when it is asked for
   */
  void ended(CallPlan<?> plan);
}
