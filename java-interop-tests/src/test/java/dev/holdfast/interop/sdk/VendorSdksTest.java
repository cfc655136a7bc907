package dev.holdfast.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.testkit.Behaviour;
import dev.holdfast.testkit.ScriptedProvider;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the vendors' own SDKs throw for real answers is told apart. */
class VendorSdksTest {

  private final ScriptedProvider provider = ScriptedProvider.start();
  private final SdkClassifier classifier = new SdkClassifier();
  private final AnthropicClient anthropic =
      AnthropicOkHttpClient.builder()
          .apiKey("none")
          .baseUrl(provider.baseUrl())
          .maxRetries(0)
          .build();
  private final OpenAIClient openai =
      OpenAIOkHttpClient.builder()
          .apiKey("none")
          .baseUrl(provider.baseUrl() + "/v1")
          .maxRetries(0)
          .build();

  @AfterEach
  void close() {
    anthropic.close();
    openai.close();
    provider.close();
  }

  static Stream<Arguments> anthropicAnswers() {
    return Stream.of(
        answer(Behaviour.overloaded(), FailureClass.OVERLOADED),
        answer(Behaviour.serverError(), FailureClass.SERVER_ERROR),
        answer(
            Behaviour.rateLimited(Duration.ofSeconds(7)),
            FailureClass.RATE_LIMITED,
            Duration.ofSeconds(7)),
        answer(
            anthropicError(400, "invalid_request_error", "Your credit balance is too low to go on"),
            FailureClass.QUOTA_EXHAUSTED),
        answer(
            anthropicError(400, "invalid_request_error", "prompt is too long: 9 tokens > 8"),
            FailureClass.CONTEXT_TOO_LONG),
        answer(
            anthropicError(400, "invalid_request_error", "unexpected value '529 overloaded'"),
            FailureClass.INVALID_REQUEST),
        answer(
            anthropicError(404, "not_found_error", "model: claude-none"),
            FailureClass.MODEL_NOT_FOUND),
        answer(
            Behaviour.status(502, "<html>Bad Gateway</html>", Map.of("content-type", "text/html")),
            FailureClass.SERVER_ERROR),
        answer(Behaviour.dropConnection(), FailureClass.CONNECTION_LOST),
        answer(Behaviour.resetConnection(), FailureClass.CONNECTION_LOST));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("anthropicAnswers")
  void anthropic_answer_isOfItsClass(
      Behaviour answer, FailureClass expected, @Nullable Duration wait) {
    provider.anyModel().always(answer);

    var failure = failureOf(() -> anthropic.messages().create(ask()));

    assertThat(failure.failureClass()).isEqualTo(expected);
    assertThat(failure.retryAfter()).isEqualTo(wait);
  }

  @Test
  void anthropic_errorInStream_isOverloadAlthoughTheStatusIs200() {
    provider.anyModel().always(Behaviour.errorInStream(4));

    var failure =
        failureOf(
            () -> {
              try (var stream = anthropic.messages().createStreaming(ask())) {
                stream.stream().forEach(event -> {});
              }
            });

    assertThat(failure.failureClass()).isEqualTo(FailureClass.OVERLOADED);
    assertThat(failure.cause())
        .isInstanceOfSatisfying(
            AnthropicServiceException.class, e -> assertThat(e.statusCode()).isEqualTo(200));
  }

  @Test
  void anthropic_refusedConnection_isNoConnection() {
    provider.refuseConnections();

    var failure = failureOf(() -> anthropic.messages().create(ask()));

    assertThat(failure.failureClass()).isEqualTo(FailureClass.CONNECTION_FAILED);
  }

  static Stream<Arguments> openaiAnswers() {
    return Stream.of(
        answer(
            openaiError(429, "insufficient_quota", "You exceeded your current quota."),
            FailureClass.QUOTA_EXHAUSTED),
        answer(
            openaiError(429, "rate_limit_exceeded", "Please try again in 1.4s."),
            FailureClass.RATE_LIMITED,
            Duration.ofMillis(1400)),
        answer(
            openaiError(429, "rate_limit_exceeded", "Request too large: Limit 3, Requested 4."),
            FailureClass.REQUEST_EXCEEDS_LIMIT),
        answer(
            openaiError(400, "context_length_exceeded", "Too long."),
            FailureClass.CONTEXT_TOO_LONG),
        answer(
            openaiError(401, "invalid_api_key", "Incorrect API key provided."),
            FailureClass.UNAUTHENTICATED),
        answer(openaiError(503, "", "Slow Down"), FailureClass.OVERLOADED));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("openaiAnswers")
  void openai_answer_isOfItsClass(
      Behaviour answer, FailureClass expected, @Nullable Duration wait) {
    provider.anyModel().always(answer);

    var failure = failureOf(() -> openai.chat().completions().create(chat()));

    assertThat(failure.failureClass()).isEqualTo(expected);
    assertThat(failure.retryAfter()).isEqualTo(wait);
  }

  @Test
  void openai_errorInStream_isToldByItsCode() {
    provider
        .anyModel()
        .always(
            Behaviour.status(
                200,
                "data: {\"error\":{\"message\":\"Spent\",\"code\":\"insufficient_quota\"}}\n\n",
                Map.of("content-type", "text/event-stream")));

    var failure =
        failureOf(
            () -> {
              try (var stream = openai.chat().completions().createStreaming(chat())) {
                stream.stream().forEach(chunk -> {});
              }
            });

    assertThat(failure.failureClass()).isEqualTo(FailureClass.QUOTA_EXHAUSTED);
  }

  private Failure failureOf(ThrowingCallable call) {
    return classifier.ofException(catchThrowable(call));
  }

  private static Arguments answer(Behaviour answer, FailureClass expected) {
    return arguments(answer, expected, null);
  }

  private static Arguments answer(Behaviour answer, FailureClass expected, Duration wait) {
    return arguments(answer, expected, wait);
  }

  private static Behaviour anthropicError(int status, String type, String message) {
    return Behaviour.status(
        status,
        "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}"
            .formatted(type, message));
  }

  private static Behaviour openaiError(int status, String code, String message) {
    return Behaviour.status(
        status,
        "{\"error\":{\"message\":\"%s\",\"type\":\"any\",\"param\":null,\"code\":\"%s\"}}"
            .formatted(message, code));
  }

  private static MessageCreateParams ask() {
    return MessageCreateParams.builder()
        .model("claude-sonnet")
        .maxTokens(16)
        .addUserMessage("Hello")
        .build();
  }

  private static ChatCompletionCreateParams chat() {
    return ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage("Hello").build();
  }
}
