package dev.holdfast.testkit

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublisher
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** An ordinary HTTP client with a connection pool. */
internal object TestClient {
  private val http: HttpClient =
    HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10))
      .build()

  fun ask(provider: ScriptedProvider, model: String = "claude-sonnet", stream: Boolean = false) =
    post(provider, BodyPublishers.ofString(body(model, stream)))

  fun askAsync(provider: ScriptedProvider, model: String): CompletableFuture<HttpResponse<String>> =
    http.sendAsync(
      request(provider).POST(BodyPublishers.ofString(body(model))).build(),
      BodyHandlers.ofString(),
    )

  fun post(provider: ScriptedProvider, body: BodyPublisher): HttpResponse<String> =
    send(request(provider).header("X-Api-Key", "secret-key").POST(body).build())

  fun get(provider: ScriptedProvider, path: String): HttpResponse<String> =
    send(request(provider, path).GET().build())

  fun body(model: String = "claude-sonnet", stream: Boolean = false): String =
    """{"model":"$model","stream":$stream,"messages":[{"role":"user","content":"my prompt"}]}"""

  fun request(provider: ScriptedProvider, path: String = "/v1/messages"): HttpRequest.Builder =
    HttpRequest.newBuilder(URI(provider.baseUrl + path)).timeout(Duration.ofSeconds(10))

  fun send(request: HttpRequest): HttpResponse<String> = http.send(request, BodyHandlers.ofString())
}
