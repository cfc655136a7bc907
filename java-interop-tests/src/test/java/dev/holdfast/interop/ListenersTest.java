package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.breaker.CallRejection;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreaker.State;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.breaker.ProbeSettled;
import dev.holdfast.breaker.StateTransition;
import dev.holdfast.event.Subscription;
import dev.holdfast.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListenersTest {

  private static final Duration WAIT = Duration.ofSeconds(60);

  private final ManualTime time = new ManualTime();
  private final CircuitBreakers breakers =
      CircuitBreakers.builder()
          .time(time)
          .defaultConfig(CircuitBreakerConfig.builder().failureThreshold(1).build())
          .build();
  private final CircuitBreaker breaker = breakers.breaker("claude-sonnet");
  private final List<Object> events = new ArrayList<>();

  @Test
  void onTransition_outageAndRecovery_tellsEachTransitionOnce() {
    breaker.onTransition(events::add);

    breaker.acquire().failure();
    time.advance(WAIT);
    breaker.acquire().success();

    assertThat(events)
        .containsExactly(
            new StateTransition("claude-sonnet", State.CLOSED, State.OPEN, 1, 1, WAIT),
            new StateTransition("claude-sonnet", State.OPEN, State.HALF_OPEN, 2, 1, Duration.ZERO),
            new StateTransition(
                "claude-sonnet", State.HALF_OPEN, State.CLOSED, 3, 1, Duration.ZERO));
  }

  @Test
  void onRejection_openBreaker_tellsEachRejectionOnce() {
    breaker.onRejection(events::add);
    breaker.acquire().failure();

    breaker.tryAcquire();
    time.advance(Duration.ofSeconds(15));
    breaker.tryAcquire();

    assertThat(events)
        .containsExactly(
            new CallRejection("claude-sonnet", State.OPEN, WAIT),
            new CallRejection("claude-sonnet", State.OPEN, Duration.ofSeconds(45)));
  }

  @Test
  void onProbeSettled_probeGivenBack_isTold() {
    breaker.onProbeSettled(events::add);
    breaker.acquire().failure();
    time.advance(WAIT);

    breaker.acquire().close();

    assertThat(events).containsExactly(new ProbeSettled("claude-sonnet", 2));
  }

  @Test
  void subscription_closed_removesTheListener() {
    Subscription subscription = breaker.onTransition(events::add);

    subscription.close();
    subscription.close();
    breaker.acquire().failure();

    assertThat(events).isEmpty();
  }

  @Test
  void subscription_listenerAddedTwice_removesOnlyItsOwn() {
    Consumer<Object> listener = events::add;
    breaker.onTransition(listener);
    var second = breaker.onTransition(listener);

    second.close();
    breaker.acquire().failure();

    assertThat(events).hasSize(1);
  }

  @Test
  void listener_throws_changesNothingForCallerAndOtherListeners() {
    breaker.onTransition(
        transition -> {
          throw new IllegalStateException("broken listener");
        });
    breaker.onTransition(events::add);

    breaker.acquire().failure();

    assertThat(breaker.isOpen()).isTrue();
    assertThat(events).hasSize(1);
  }

  @Test
  void listener_looksAtTheBreaker_seesTheNewState() {
    breaker.onTransition(transition -> events.add(breaker.state()));

    breaker.acquire().failure();

    assertThat(events).containsExactly(State.OPEN);
  }

  @Test
  void registryListener_breakerMadeLater_isHeard() {
    var subscription = breakers.onTransition(transition -> events.add(transition.name()));
    breakers.onRejection(rejection -> events.add("rejected by " + rejection.name()));

    breaker.acquire().failure();
    breakers.breaker("claude-haiku").acquire().failure();
    breakers.breaker("claude-haiku").tryAcquire();
    subscription.close();
    breakers.breaker("claude-opus").acquire().failure();

    assertThat(events).containsExactly("claude-sonnet", "claude-haiku", "rejected by claude-haiku");
  }
}
