package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.AlertRule;
import dev.holdfast.CallAlert;
import dev.holdfast.Resilience;
import dev.holdfast.bulkhead.BulkheadConfig;
import dev.holdfast.model.ChainStep;
import dev.holdfast.model.Feature;
import dev.holdfast.model.Model;
import dev.holdfast.model.RequestPatch;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.testkit.ManualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Features, records and counters from plain Java. */
class FeatureTest {

  private final List<Attempt> attempts = new ArrayList<>();
  private final Resilience resilience =
      Resilience.builder()
          .model(Model.named("claude-sonnet").contextTokens(200_000).build())
          .model(Model.of("claude-haiku"))
          .feature(
              Feature.named("chat")
                  .chain("claude-sonnet")
                  .step(
                      new ChainStep(
                          "claude-haiku",
                          RequestPatch.builder().parameter("max_tokens", 1024).build()))
                  .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(2).build())
                  .deadline(Duration.ofSeconds(40))
                  .build())
          .feature(Feature.named("code").chain("claude-sonnet").noFallback().build())
          .alert(new AlertRule(0.5, 1, Duration.ofMinutes(1)))
          .time(new ManualTime())
          .build();

  @Test
  void feature_fallsBack_patchesTheRequestOfThatStepOnly() throws Exception {
    var answer = resilience.feature("chat").call(this::sonnetDown);

    assertThat(answer).isEqualTo("claude-haiku");
    assertThat(attempts.get(0).patch().isNone()).isTrue();
    assertThat(attempts.get(attempts.size() - 1).patch().parameters())
        .isEqualTo(Map.of("max_tokens", 1024));
  }

  @Test
  void feature_withoutFallback_asksItsModelOnly() {
    CompletableFuture<String> answer =
        resilience
            .feature("code")
            .callAsync(attempt -> CompletableFuture.failedFuture(new IllegalStateException()));

    assertThat(answer).isCompletedExceptionally();
    assertThat(resilience.feature("code").chain()).containsExactly("claude-sonnet");
  }

  @Test
  void onCall_tellsWhoWasAskedAndWhoAnswered() throws Exception {
    var records = new ArrayList<CallRecord>();
    var alerts = new ArrayList<CallAlert>();
    resilience.onCall(records::add);
    var subscription = resilience.onAlert(alerts::add);

    assertThat(resilience.feature("chat").<String, Exception>call(this::sonnetDown)).isNotNull();
    subscription.close();

    assertThat(records).singleElement().extracting(CallRecord::served).isEqualTo("claude-haiku");
    assertThat(alerts).extracting(CallAlert::kind).containsExactly(CallAlert.Kind.FALLBACKS);
    assertThat(resilience.counts())
        .filteredOn(counts -> "chat".equals(counts.feature()))
        .singleElement()
        .matches(counts -> counts.calls() == 1 && counts.fallbacks() == 1);
  }

  @Test
  void feature_unknown_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resilience.feature("translate"))
        .withMessage("feature must be one of [chat, code], but was 'translate'");
  }

  private String sonnetDown(Attempt attempt) throws ConnectException {
    attempts.add(attempt);
    if (attempt.model().equals("claude-sonnet")) {
      throw new ConnectException("refused");
    }
    return attempt.model();
  }
}
