package dev.holdfast.breaker;

/** The failures in a row, and beside them the window that the rate of slow calls is taken of. */
final class CombinedOutcomes extends Outcomes {

  private final ConsecutiveOutcomes consecutive;
  private final Outcomes rates;

  CombinedOutcomes(ConsecutiveOutcomes consecutive, Outcomes rates) {
    this.consecutive = consecutive;
    this.rates = rates;
  }

  @Override
  boolean success(CircuitBreakerConfig config) {
    return consecutive.success(config) | rates.success(config);
  }

  @Override
  boolean trouble(boolean failed, boolean slow, CircuitBreakerConfig config) {
    return consecutive.trouble(failed, slow, config) | rates.trouble(failed, slow, config);
  }

  @Override
  int failuresInARow() {
    return consecutive.failuresInARow();
  }

  @Override
  Tally tally() {
    return rates.tally();
  }

  @Override
  void clear() {
    consecutive.clear();
    rates.clear();
  }

  @Override
  boolean fits(CircuitBreakerConfig config) {
    return config.failureThreshold() > 0 && rates.fits(config);
  }
}
