package dev.holdfast.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The API as plain Java sees it. */
class ScriptedProviderJavaTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void script_fromJava_answersInOrder() throws Exception {
    try (var provider = ScriptedProvider.start()) {
      provider
          .model("claude-sonnet")
          .next(Behaviour.overloaded(), Behaviour.rateLimited(Duration.ofSeconds(2)))
          .always(Behaviour.healthy(Duration.ofMillis(1), "Hi"));

      assertEquals(529, status(provider));
      assertEquals(429, status(provider));
      assertEquals(200, status(provider));

      provider.awaitRequests("claude-sonnet", 3, PATIENCE);
      provider.awaitRequests(3, PATIENCE);
      provider.awaitOpenConnections(provider.openConnections(), PATIENCE);
    }
  }

  @Test
  void lambda_fromJava_isAScript() throws Exception {
    try (var provider = ScriptedProvider.start()) {
      provider
          .anyModel()
          .script(request -> request.number() == 1 ? Behaviour.status(503) : Behaviour.healthy());

      assertEquals(503, status(provider));
      assertEquals(200, status(provider));
    }
  }

  @Test
  void recordedRequest_fromJava_hasRecordStyleAccessors() throws Exception {
    try (var provider = ScriptedProvider.start()) {
      status(provider);

      var request = provider.requests("claude-sonnet").get(0);
      assertEquals(1, request.number());
      assertEquals("claude-sonnet", request.model());
      assertEquals("POST", request.method());
      assertEquals("/v1/messages", request.path());
      assertEquals("secret", request.header("X-API-Key"));
      assertTrue(request.headers().containsKey("x-api-key"));
      assertTrue(request.body().contains("claude-sonnet"));
      assertTrue(request.isStreaming());
      assertTrue(request.arrivedAt() <= System.nanoTime());
      assertEquals(Behaviour.healthy(), request.behaviour());
    }
  }

  @Test
  void factories_fromJava_needNoCompanion() {
    var behaviours =
        new Behaviour[] {
          Behaviour.healthy(Duration.ZERO, "Hi", 2, Duration.ZERO),
          Behaviour.status(503, "{}", Map.of("x-from", "proxy")),
          Behaviour.serverError(),
          Behaviour.rateLimited(),
          Behaviour.rateLimitedWithHeader("soon"),
          Behaviour.hang(),
          Behaviour.hangFor(Duration.ofSeconds(1)),
          Behaviour.hangUntil(new CompletableFuture<Void>()),
          Behaviour.dropConnection(),
          Behaviour.resetConnection(),
          Behaviour.cutStream(4),
          Behaviour.resetStream(4),
          Behaviour.stallStream(4),
          Behaviour.errorInStream(4, 20, Duration.ofMillis(1)),
        };

    assertEquals(14, behaviours.length);
  }

  private int status(ScriptedProvider provider) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(provider.baseUrl() + "/v1/messages"))
            .header("x-api-key", "secret")
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString("{\"model\":\"claude-sonnet\",\"stream\":true}"))
            .build();
    return http.send(request, BodyHandlers.ofString()).statusCode();
  }
}
