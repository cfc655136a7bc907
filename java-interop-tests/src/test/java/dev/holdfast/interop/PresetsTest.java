package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.model.Model;
import dev.holdfast.retry.Retry;
import dev.holdfast.testkit.ManualTime;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

  static Stream<Arguments> presets() {
    return Stream.of(
        Arguments.of("defaults", CircuitBreakerConfig.defaults(), 5, 60),
        Arguments.of("lowTraffic", CircuitBreakerConfig.lowTraffic(), 3, 60),
        Arguments.of("mediumTraffic", CircuitBreakerConfig.mediumTraffic(), 5, 30),
        Arguments.of("highTraffic", CircuitBreakerConfig.highTraffic(), 10, 15));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("presets")
  void preset_failuresInARow_opensAtItsThresholdForItsWait(
      String name, CircuitBreakerConfig preset, int failures, long seconds) {
    var time = new ManualTime();
    var breaker = CircuitBreaker.of(name, preset, time);

    for (int i = 1; i < failures; i++) {
      breaker.acquire().failure();
    }
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    breaker.acquire().failure();
    assertThat(breaker.isOpen()).isTrue();
    time.advance(Duration.ofSeconds(seconds).minusNanos(1));
    assertThat(breaker.isOpen()).isTrue();
    time.advance(Duration.ofNanos(1));

    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
  }

  @Test
  void defaults_halfOpenSettings_areOneProbeAndOneSuccess() {
    var config = CircuitBreakerConfig.defaults();

    assertThat(config.permittedCallsInHalfOpenState()).isEqualTo(1);
    assertThat(config.successThreshold()).isEqualTo(1);
    assertThat(config.probeLease()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.maxWaitInHalfOpen()).isZero();
  }

  @Test
  void preset_toBuilder_changesOneSettingAndKeepsTheOthers() {
    var config = CircuitBreakerConfig.highTraffic().toBuilder().successThreshold(3).build();

    assertThat(config.successThreshold()).isEqualTo(3);
    assertThat(config.failureThreshold()).isEqualTo(10);
    assertThat(config.waitDurationInOpenState()).isEqualTo(Duration.ofSeconds(15));
    assertThat(CircuitBreakerConfig.highTraffic().successThreshold()).isEqualTo(1);
  }

  @Test
  void probeLease_longWait_isNoShorterThanTheWait() {
    var config =
        CircuitBreakerConfig.builder().waitDurationInOpenState(Duration.ofMinutes(10)).build();

    assertThat(config.probeLease()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void retry_defaults_areThreeAttemptsAndALimitedWait() {
    assertThat(Retry.defaults().maxAttempts()).isEqualTo(3);
    assertThat(Retry.defaults().maxWait()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void model_preset_guardsTheModelInTheChain() {
    var haiku =
        Model.named("claude-haiku").circuitBreaker(CircuitBreakerConfig.highTraffic()).build();

    var resilience = Resilience.builder().model(Model.of("claude-sonnet")).model(haiku).build();

    assertThat(resilience.breakers().breaker("claude-haiku").config())
        .isSameAs(CircuitBreakerConfig.highTraffic());
    assertThat(resilience.breakers().breaker("claude-sonnet").config())
        .isSameAs(CircuitBreakerConfig.defaults());
    assertThat(resilience.deadline()).isEqualTo(Duration.ofMinutes(2));
  }
}
