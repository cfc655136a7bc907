package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.providers.WireProtocol;
import dev.holdfast.providers.degraded.DegradedAnswer;
import dev.holdfast.providers.quota.QuotaDimension;
import dev.holdfast.providers.quota.QuotaHeaders;
import dev.holdfast.providers.quota.RequestEstimate;
import dev.holdfast.providers.request.AnswerForm;
import dev.holdfast.providers.request.ModelPlace;
import dev.holdfast.providers.request.ModelRequest;
import dev.holdfast.providers.request.SwitchRule;
import dev.holdfast.providers.request.SwitchRules;
import dev.holdfast.throttle.ThrottleGate;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What surrounds one call over HTTP, from plain Java. */
class ModelRequestsTest {

  @Test
  void request_isReadAndRewritten() {
    var request =
        Objects.requireNonNull(
            ModelRequest.parse(
                "/v1/chat/completions", "{\"model\":\"a\",\"max_tokens\":9,\"stream\":true}"));
    var rules = SwitchRules.OTHER_MODEL.and(SwitchRule.USE_MAX_COMPLETION_TOKENS);

    var rewritten = request.withModel("b", rules);

    assertThat(request.getModel()).isEqualTo("a");
    assertThat(request.getPlace()).isEqualTo(ModelPlace.BODY);
    assertThat(request.getAnswerForm()).isEqualTo(AnswerForm.EVENTS);
    assertThat(rewritten.getUrl()).isEqualTo("/v1/chat/completions");
    assertThat(rewritten.getBody())
        .isEqualTo("{\"model\":\"b\",\"max_completion_tokens\":9,\"stream\":true}");
    assertThat(rewritten.getNeedsSignature()).isFalse();
  }

  @Test
  void request_inBedrocksPath_needsASignature() {
    var request = Objects.requireNonNull(ModelRequest.parse("/model/a/converse", "{}"));

    var rewritten = request.withModel("arn:aws:b/c");

    assertThat(rewritten.getUrl()).isEqualTo("/model/arn%3Aaws%3Ab%2Fc/converse");
    assertThat(rewritten.getNeedsSignature()).isTrue();
  }

  @Test
  void request_withoutModel_isNone() {
    assertThat(ModelRequest.parse("/v1/messages", "no JSON")).isNull();
  }

  @Test
  void rules_areMadeOfParameters() {
    var rules =
        SwitchRules.of(
            SwitchRule.drop("seed", "logprobs"),
            SwitchRule.rename("a", "b"),
            SwitchRule.set("temperature", 1));

    assertThat(rules.applyTo("{\"seed\":1,\"a\":2}")).isEqualTo("{\"b\":2,\"temperature\":1}");
    assertThatThrownBy(() -> SwitchRule.drop()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void headers_closeAGate() {
    var headers =
        Map.of(
            "x-ratelimit-limit-tokens", "1000",
            "x-ratelimit-remaining-tokens", "0",
            "x-ratelimit-reset-tokens", "6m0s");
    var gate = new ThrottleGate("model");

    var quotas = QuotaHeaders.of(headers::get);
    gate.read(Objects.requireNonNull(quotas.tightest()), 0);

    assertThat(gate.closedNanos(0)).isEqualTo(Duration.ofMinutes(6).toNanos());
    assertThat(quotas.waitFor(RequestEstimate.of("{\"max_tokens\":10}")))
        .isEqualTo(Duration.ofMinutes(6));
    assertThat(quotas.waitFor(new RequestEstimate(1000, 1))).isNull();
    assertThat(quotas.getQuotas()).hasSize(1);
    assertThat(quotas.getQuotas().get(0).getDimension()).isEqualTo(QuotaDimension.TOKENS);
  }

  @Test
  void degradedAnswer_comesInTheFormThatWasAskedFor() {
    var answer = new DegradedAnswer("later");

    for (var protocol : WireProtocol.values()) {
      for (var form : DegradedAnswer.forms(protocol)) {
        assertThat(answer.body(protocol, form)).asString().contains("later");
      }
    }
  }
}
