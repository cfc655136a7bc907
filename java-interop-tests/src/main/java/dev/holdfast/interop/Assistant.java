package dev.holdfast.interop;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.Permit;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A part of an application that asks models, once through each face of the API. */
final class Assistant {

  /** What asks a model and waits for the answer. */
  @FunctionalInterface
  interface Client {
    String chat(String model, String prompt) throws IOException;
  }

  /** What asks a model and answers later. */
  @FunctionalInterface
  interface AsyncClient {
    CompletionStage<String> chat(String model, String prompt);
  }

  private final Resilience resilience;

  Assistant(Resilience resilience) {
    this.resilience = resilience;
  }

  String answer(Client client, String prompt) throws IOException {
    return resilience.call(attempt -> client.chat(attempt.model(), prompt));
  }

  String answerOrApologize(Client client, String prompt) throws IOException {
    return resilience.call(
        attempt -> client.chat(attempt.model(), prompt),
        failure -> "no model could answer after %d attempts".formatted(failure.attempts()));
  }

  CompletableFuture<String> answerLater(AsyncClient client, String prompt) {
    return resilience.callAsync(attempt -> client.chat(attempt.model(), prompt));
  }

  CompletableFuture<String> answerLaterOrApologize(AsyncClient client, String prompt) {
    return resilience.callAsync(
        attempt -> client.chat(attempt.model(), prompt),
        failure -> "no model could answer after %d attempts".formatted(failure.attempts()));
  }

  /** Returns null instead of an answer while the model is down. */
  @Nullable String answerIfUp(Client client, String prompt) throws IOException {
    var breaker = breaker();
    try (Permit permit = breaker.tryAcquire()) {
      if (permit == null) {
        return null;
      }
      try {
        var answer = client.chat(breaker.name(), prompt);
        permit.success();
        return answer;
      } catch (IOException down) {
        permit.failure(down);
        throw down;
      }
    }
  }

  private CircuitBreaker breaker() {
    return resilience.breakers().breaker(resilience.chain().get(0));
  }
}
