package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.Model;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.retry.Backoff;
import dev.holdfast.retry.Retry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputTest {

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            () -> CircuitBreakerConfig.builder().failureThreshold(0),
            "failureThreshold must be at least 1, but was 0"),
        refusal(
            () -> CircuitBreakerConfig.builder().waitDurationInOpenState(Duration.ZERO),
            "waitDurationInOpenState must be positive, but was PT0S"),
        refusal(
            () -> CircuitBreakerConfig.builder().permittedCallsInHalfOpenState(-1),
            "permittedCallsInHalfOpenState must be at least 1, but was -1"),
        refusal(
            () -> CircuitBreakerConfig.builder().successThreshold(0),
            "successThreshold must be at least 1, but was 0"),
        refusal(
            () -> CircuitBreakerConfig.builder().probeLease(Duration.ofSeconds(-1)),
            "probeLease must be positive, but was PT-1S"),
        refusal(
            () -> CircuitBreakerConfig.builder().maxWaitInHalfOpen(Duration.ofMillis(-5)),
            "maxWaitInHalfOpen must not be negative, but was PT-0.005S"),
        refusal(
            () -> CircuitBreaker.of(" ", CircuitBreakerConfig.defaults()),
            "name must not be blank, but was ' '"),
        refusal(
            () -> CircuitBreakers.ofDefaults().breaker(""), "name must not be blank, but was ''"),
        refusal(
            () ->
                CircuitBreakers.builder()
                    .config("claude-sonnet", CircuitBreakerConfig.lowTraffic())
                    .config("claude-sonnet", CircuitBreakerConfig.highTraffic()),
            "name must be configured once, but was 'claude-sonnet' again"),
        refusal(() -> Model.of("\t"), "name must not be blank, but was '\t'"),
        refusal(
            () -> Model.named("claude-sonnet").attemptTimeout(Duration.ZERO),
            "attemptTimeout must be positive, but was PT0S"),
        refusal(() -> Retry.builder().maxAttempts(0), "maxAttempts must be at least 1, but was 0"),
        refusal(
            () -> Retry.builder().maxWait(Duration.ofSeconds(-2)),
            "maxWait must not be negative, but was PT-2S"),
        refusal(
            () -> Backoff.fixed(Duration.ofSeconds(-1)),
            "delay must not be negative, but was PT-1S"),
        refusal(
            () -> Backoff.exponential(Duration.ZERO, Duration.ofSeconds(1)),
            "initial must be positive, but was PT0S"),
        refusal(
            () -> Backoff.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1)),
            "max must be at least initial, PT2S, but was PT1S"),
        refusal(
            () -> Resilience.builder().build(), "chain must have at least 1 model, but was empty"),
        refusal(
            () ->
                Resilience.builder()
                    .model(Model.of("claude-sonnet"))
                    .model(Model.of("claude-sonnet")),
            "model must be named once in a chain, but was 'claude-sonnet' again"),
        refusal(
            () -> Resilience.builder().deadline(Duration.ZERO),
            "deadline must be positive, but was PT0S"),
        refusal(
            () -> resilience().withDeadline(Duration.ofSeconds(-1)),
            "deadline must be positive, but was PT-1S"),
        refusal(
            () -> resilience().withChain(List.of()),
            "chain must have at least 1 model, but was empty"),
        refusal(
            () -> resilience().withChain(List.of("claude-haiku", "claude-haiku")),
            "model must be named once in a chain, but was 'claude-haiku' again"),
        refusal(
            () -> resilience().withChain(List.of("claude-haiku", "")),
            "model must not be blank, but was ''"),
        refusal(() -> resilience().forModel(" "), "model must not be blank, but was ' '"),
        refusal(
            () -> new Failure(FailureClass.RATE_LIMITED, Duration.ofSeconds(-3), null),
            "retryAfter must not be negative, but was PT-3S"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refusals")
  void setting_outsideItsRule_isRefusedByNameRuleAndValue(
      ThrowingCallable setting, String message) {
    assertThatThrownBy(setting).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void builder_refusedSetting_keepsTheOneBefore() {
    var builder = CircuitBreakerConfig.builder().failureThreshold(7);

    var refused = catchThrowable(() -> builder.failureThreshold(0));

    assertThat(refused).isNotNull();
    assertThat(builder.build().failureThreshold()).isEqualTo(7);
  }

  private static Resilience resilience() {
    return Resilience.builder().model(Model.of("claude-sonnet")).build();
  }

  private static Arguments refusal(ThrowingCallable setting, String message) {
    return arguments(setting, message);
  }
}
