package dev.holdfast.interop.sdk;

import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClientAsync;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.holdfast.plan.Attempt;
import dev.holdfast.testkit.Behaviour;
import dev.holdfast.testkit.ScriptedProvider;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The asynchronous client of a vendor, without retries of its own, reduced to a question. */
enum AsyncSdk {
  ANTHROPIC {
    @Override
    Client connect(ScriptedProvider provider) {
      var client =
          AnthropicOkHttpClientAsync.builder()
              .apiKey("none")
              .baseUrl(provider.baseUrl())
              .maxRetries(0)
              .build();
      return new Anthropic(client);
    }

    @Override
    Behaviour answering(String text) {
      return Behaviour.healthy(Duration.ZERO, text);
    }

    @Override
    Behaviour overloaded() {
      return Behaviour.overloaded();
    }
  },
  OPENAI {
    @Override
    Client connect(ScriptedProvider provider) {
      var client =
          OpenAIOkHttpClientAsync.builder()
              .apiKey("none")
              .baseUrl(provider.baseUrl() + "/v1")
              .maxRetries(0)
              .build();
      return new OpenAI(client);
    }

    @Override
    Behaviour answering(String text) {
      return Behaviour.status(
          200,
          """
          {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"any","choices":
          [{"index":0,"finish_reason":"stop","logprobs":null,
          "message":{"role":"assistant","content":"%s","refusal":null}}]}"""
              .formatted(text));
    }

    @Override
    Behaviour overloaded() {
      return Behaviour.status(503, error("server_error", "Slow Down"));
    }
  };

  /** A client of this SDK for the given provider. */
  abstract Client connect(ScriptedProvider provider);

  /** The provider answers with this text. */
  abstract Behaviour answering(String text);

  /** The provider has no capacity. */
  abstract Behaviour overloaded();

  /** The provider asks to wait, in its own words. */
  Behaviour rateLimited(Duration wait) {
    return Behaviour.status(
        429,
        error("rate_limit_error", "Too many"),
        Map.of("retry-after-ms", String.valueOf(wait.toMillis())));
  }

  private static String error(String type, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}"
        .formatted(type, message);
  }

  /** Asks a model for a text. */
  interface Client extends AutoCloseable {

    /** The future of the SDK, or one derived from it. */
    default CompletableFuture<String> ask(Attempt attempt) {
      return ask(attempt, Duration.ofMinutes(10));
    }

    /** The same, with a timeout of the SDK's own. */
    CompletableFuture<String> ask(Attempt attempt, Duration timeout);

    @Override
    void close();
  }

  private record Anthropic(AnthropicClientAsync client) implements Client {
    @Override
    public CompletableFuture<String> ask(Attempt attempt, Duration timeout) {
      var question =
          MessageCreateParams.builder()
              .model(attempt.model())
              .maxTokens(16)
              .addUserMessage("Hello")
              .build();
      var options = com.anthropic.core.RequestOptions.builder().timeout(timeout).build();
      return new Cancelling<>(client.messages().create(question, options)).of(Anthropic::text);
    }

    private static String text(Message message) {
      return message.content().get(0).asText().text();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  private record OpenAI(OpenAIClientAsync client) implements Client {
    @Override
    public CompletableFuture<String> ask(Attempt attempt, Duration timeout) {
      var question =
          ChatCompletionCreateParams.builder()
              .model(attempt.model())
              .addUserMessage("Hello")
              .build();
      var options = com.openai.core.RequestOptions.builder().timeout(timeout).build();
      var future = client.chat().completions().create(question, options);
      return new Cancelling<>(future).of(OpenAI::text);
    }

    private static String text(ChatCompletion completion) {
      return completion.choices().get(0).message().content().orElseThrow();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /**
   * The JDK's {@code thenApply} does not pass a cancellation on to the future that it is called on.
   *
   * @param future the future of the SDK itself
   */
  private record Cancelling<T>(CompletableFuture<T> future) {
    CompletableFuture<String> of(Function<T, String> text) {
      var result = future.thenApply(text);
      result.whenComplete(
          (value, thrown) -> {
            if (result.isCancelled()) {
              future.cancel(true);
            }
          });
      return result;
    }
  }
}
