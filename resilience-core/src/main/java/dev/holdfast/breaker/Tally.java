package dev.holdfast.breaker;

/** How many of the recent calls failed or were slow. */
record Tally(long calls, long failures, long slow) {

  static final Tally NONE = new Tally(0, 0, 0);

  double failureRate() {
    return calls == 0 ? 0 : (double) failures / calls;
  }

  double slowRate() {
    return calls == 0 ? 0 : (double) slow / calls;
  }

  boolean exceeds(CircuitBreakerConfig config) {
    if (calls < config.minimumCalls()) {
      return false;
    }
    var failureRate = config.failureRateThreshold();
    var slowRate = config.slowCallRateThreshold();
    return (failureRate > 0 && failures >= Outcomes.needed(failureRate, calls))
        || (slowRate > 0 && slow >= Outcomes.needed(slowRate, calls));
  }
}
