package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.model.Model;
import dev.holdfast.retry.Retry;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Null is an answer like any other, and nowhere an argument. */
@SuppressWarnings("NullAway")
class NullnessTest {

  private final CircuitBreaker breaker =
      CircuitBreaker.of("claude-sonnet", CircuitBreakerConfig.defaults());
  private final Resilience resilience =
      Resilience.builder().model(Model.of("claude-sonnet")).build();

  static Stream<Arguments> absentArguments() {
    var resilience = Resilience.builder().model(Model.of("claude-sonnet")).build();
    return Stream.of(
        arguments("config", call(() -> CircuitBreaker.of("claude-sonnet", null))),
        arguments(
            "time",
            call(() -> CircuitBreaker.of("claude-sonnet", CircuitBreakerConfig.defaults(), null))),
        arguments(
            "countsAsFailure", call(() -> CircuitBreakerConfig.builder().countsAsFailure(null))),
        arguments("defaultConfig", call(() -> CircuitBreakers.of(null))),
        arguments("config", call(() -> CircuitBreakers.builder().config("claude-sonnet", null))),
        arguments("circuitBreaker", call(() -> Model.named("claude-sonnet").circuitBreaker(null))),
        arguments("backoff", call(() -> Retry.builder().backoff(null))),
        arguments("retry", call(() -> Resilience.builder().retry(null))),
        arguments("random", call(() -> Resilience.builder().random(null))),
        arguments("time", call(() -> Resilience.builder().time(null))),
        arguments("retry", call(() -> resilience.withRetry(null))),
        arguments("degraded", call(() -> resilience.call(attempt -> "never", null))),
        arguments(
            "degraded",
            call(
                () ->
                    resilience.callAsync(
                        attempt -> CompletableFuture.completedFuture("never"), null))),
        arguments("listener", call(() -> resilience.breakers().onTransition(null))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("absentArguments")
  void argument_absent_isRefusedByName(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  @Test
  void call_nullAnswer_isASuccess() {
    breaker.acquire().failure();

    String answer = breaker.call(() -> null);

    assertThat(answer).isNull();
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void callAsync_nullAnswer_isASuccess() {
    breaker.acquire().failure();
    var source = new CompletableFuture<Void>();

    CompletableFuture<Void> answer = breaker.callAsync(() -> source);
    source.complete(null);

    assertThat(answer).isCompletedWithValue(null);
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void chain_nullAnswer_isASuccess() {
    String answer = resilience.call(attempt -> null);
    CompletableFuture<String> later =
        resilience.callAsync(attempt -> CompletableFuture.completedFuture(null));

    assertThat(answer).isNull();
    assertThat(later).isCompletedWithValue(null);
  }

  @Test
  void chain_nullDegradedAnswer_isReturned() {
    String answer =
        resilience.call(
            attempt -> {
              throw new IllegalStateException("down");
            },
            failure -> null);

    assertThat(answer).isNull();
  }

  private static ThrowingCallable call(ThrowingCallable call) {
    return call;
  }
}
