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
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.testkit.Behaviour;
import dev.holdfast.testkit.ScriptedProvider;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the vendors' own SDKs throw for real answers is told apart. */
class VendorSdksTest {

  private static final Duration NO_WAIT = Duration.ZERO;

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
        arguments(Behaviour.overloaded(), FailureClass.OVERLOADED, NO_WAIT),
        arguments(Behaviour.serverError(), FailureClass.SERVER_ERROR, NO_WAIT),
        arguments(
            Behaviour.rateLimited(Duration.ofSeconds(7)),
            FailureClass.RATE_LIMITED,
            Duration.ofSeconds(7)),
        arguments(
            anthropicError(400, "invalid_request_error", "Your credit balance is too low to go on"),
            FailureClass.QUOTA_EXHAUSTED,
            NO_WAIT),
        arguments(
            anthropicError(400, "invalid_request_error", "prompt is too long: 9 tokens > 8"),
            FailureClass.CONTEXT_TOO_LONG,
            NO_WAIT),
        arguments(
            anthropicError(400, "invalid_request_error", "unexpected value '529 overloaded'"),
            FailureClass.INVALID_REQUEST,
            NO_WAIT),
        arguments(
            anthropicError(404, "not_found_error", "model: claude-none"),
            FailureClass.MODEL_NOT_FOUND,
            NO_WAIT),
        arguments(
            Behaviour.status(502, "<html>Bad Gateway</html>", Map.of("content-type", "text/html")),
            FailureClass.SERVER_ERROR,
            NO_WAIT),
        arguments(Behaviour.dropConnection(), FailureClass.CONNECTION_LOST, NO_WAIT),
        arguments(Behaviour.resetConnection(), FailureClass.CONNECTION_LOST, NO_WAIT));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("anthropicAnswers")
  void anthropic_answer_isOfItsClass(Behaviour answer, FailureClass expected, Duration wait) {
    provider.anyModel().always(answer);

    var failure = classifier.ofException(catchThrowable(() -> anthropic.messages().create(ask())));

    assertThat(failure.failureClass()).isEqualTo(expected);
    assertThat(failure.retryAfter()).isEqualTo(wait.isZero() ? null : wait);
  }

  @Test
  void anthropic_errorInStream_isOverloadAlthoughTheStatusIs200() {
    provider.anyModel().always(Behaviour.errorInStream(4));

    var thrown =
        catchThrowable(
            () -> {
              try (var stream = anthropic.messages().createStreaming(ask())) {
                stream.stream().forEach(event -> {});
              }
            });

    assertThat(thrown).isInstanceOf(AnthropicServiceException.class);
    assertThat(((AnthropicServiceException) thrown).statusCode()).isEqualTo(200);
    assertThat(classifier.ofException(thrown).failureClass()).isEqualTo(FailureClass.OVERLOADED);
  }

  @Test
  void anthropic_refusedConnection_isNoConnection() {
    provider.refuseConnections();

    var thrown = catchThrowable(() -> anthropic.messages().create(ask()));

    assertThat(classifier.ofException(thrown).failureClass())
        .isEqualTo(FailureClass.CONNECTION_FAILED);
  }

  static Stream<Arguments> openaiAnswers() {
    return Stream.of(
        arguments(
            openaiError(429, "insufficient_quota", "You exceeded your current quota."),
            FailureClass.QUOTA_EXHAUSTED,
            NO_WAIT),
        arguments(
            openaiError(429, "rate_limit_exceeded", "Please try again in 1.4s."),
            FailureClass.RATE_LIMITED,
            Duration.ofMillis(1400)),
        arguments(
            openaiError(429, "rate_limit_exceeded", "Request too large: Limit 3, Requested 4."),
            FailureClass.REQUEST_EXCEEDS_LIMIT,
            NO_WAIT),
        arguments(
            openaiError(400, "context_length_exceeded", "Too long."),
            FailureClass.CONTEXT_TOO_LONG,
            NO_WAIT),
        arguments(
            openaiError(401, "invalid_api_key", "Incorrect API key provided."),
            FailureClass.UNAUTHENTICATED,
            NO_WAIT),
        arguments(openaiError(503, "", "Slow Down"), FailureClass.OVERLOADED, NO_WAIT));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("openaiAnswers")
  void openai_answer_isOfItsClass(Behaviour answer, FailureClass expected, Duration wait) {
    provider.anyModel().always(answer);

    var failure =
        classifier.ofException(catchThrowable(() -> openai.chat().completions().create(chat())));

    assertThat(failure.failureClass()).isEqualTo(expected);
    assertThat(failure.retryAfter()).isEqualTo(wait.isZero() ? null : wait);
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

    var thrown =
        catchThrowable(
            () -> {
              try (var stream = openai.chat().completions().createStreaming(chat())) {
                stream.stream().forEach(chunk -> {});
              }
            });

    assertThat(classifier.ofException(thrown).failureClass())
        .isEqualTo(FailureClass.QUOTA_EXHAUSTED);
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
