package dev.holdfast.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.outcome.FailureClass;
import dev.holdfast.providers.Provider;
import dev.holdfast.providers.WireProtocol;
import dev.holdfast.providers.failure.ExceptionClassifier;
import dev.holdfast.providers.failure.FailureRules;
import dev.holdfast.providers.failure.ResponseClassifier;
import dev.holdfast.providers.stream.StreamErrorClassifier;
import dev.holdfast.providers.stream.StreamGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classification of failures and its rules, as Java sees them. */
class ProviderRulesTest {

  private static final String RULES =
      """
      QUOTA_EXHAUSTED  status=400 code=BrokenPurse
      as-529           status=2xx type=lunch_error
      NOT_PROCESSED    thrown=java.lang.UnsupportedOperationException
      """;

  @Test
  void classify_aSpendLimit_isAQuota() {
    var headers = Map.of("request-id", "req_1");
    var body =
        """
        {"type":"error","error":{"type":"rate_limit_error",
          "details":{"error_code":"enforced_spend_limit_reached"}}}""";
    var classifier = ResponseClassifier.of(Provider.ofHost("api.anthropic.com"));

    var failure = requireNonNull(classifier.classify(429, headers::get, body));

    assertThat(failure.failureClass()).isEqualTo(FailureClass.QUOTA_EXHAUSTED);
    assertThat(failure.requestId()).isEqualTo("req_1");
    assertThat(failure.waitHint()).isNull();
    assertThat(classifier.classify(200, headers::get)).isNull();
  }

  @Test
  void rulesOfAFile_overruleTheStandardOnes_everywhere(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("my-rules.txt"), RULES);
    var mine = FailureRules.parse(Files.readString(file), "my-rules.txt");
    var rules = FailureRules.standard().plus(mine);

    var response =
        ResponseClassifier.of(Provider.OPENAI_COMPATIBLE, rules)
            .classifyError(400, name -> null, "{\"error\":{\"code\":\"BrokenPurse\"}}");
    var guard =
        StreamGuard.of(
            WireProtocol.OPENAI_CHAT, StreamErrorClassifier.of(Provider.OPENAI_COMPATIBLE, rules));
    guard.feed("data: {\"error\":{\"type\":\"lunch_error\"}}\n\n".getBytes(UTF_8));
    var stream = requireNonNull(guard.end().toFailure());
    var thrown = ExceptionClassifier.of(rules).ofException(new UnsupportedOperationException());

    assertThat(response.failureClass()).isEqualTo(FailureClass.QUOTA_EXHAUSTED);
    assertThat(response.rule()).isEqualTo("my-rules.txt:1");
    assertThat(stream.failureClass()).isEqualTo(FailureClass.OVERLOADED);
    assertThat(thrown.failureClass()).isEqualTo(FailureClass.NOT_PROCESSED);
  }
}
