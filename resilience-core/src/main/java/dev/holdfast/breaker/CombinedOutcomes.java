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
    boolean inARow = consecutive.success(config);
    return rates.success(config) || inARow;
  }

  @Override
  boolean trouble(boolean failed, boolean slow, CircuitBreakerConfig config) {
    boolean inARow = consecutive.trouble(failed, slow, config);
    return rates.trouble(failed, slow, config) || inARow;
  }

  @Override
  int failures() {
    return consecutive.failures();
  }

  @Override
  int failures(Tally known) {
    return consecutive.failures();
  }

  @Override
  boolean exceeds(CircuitBreakerConfig config) {
    return consecutive.exceeds(config) || rates.exceeds(config);
  }

  @Override
  Tally tally() {
    return rates.tally();
  }

  @Override
  ConsecutiveOutcomes inARow() {
    return consecutive;
  }

  @Override
  Outcomes rates() {
    return rates;
  }
}
