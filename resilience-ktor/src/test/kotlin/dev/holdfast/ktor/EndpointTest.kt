package dev.holdfast.ktor

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.http.URLBuilder
import java.net.URI

private data class Move(val request: String, val base: String, val expected: String)

class EndpointTest :
  FunSpec({
    context("a base URL takes the place of what comes before the version of a path") {
      val chat = "https://api.openai.com/v1/chat/completions"
      val location = "projects/p/locations/eu"
      withData<Move>(
        { "${it.request} at ${it.base}" },
        Move(chat, "http://b.example", "http://b.example/v1/chat/completions"),
        Move(chat, "https://b.example:8443/", "https://b.example:8443/v1/chat/completions"),
        Move(chat, "https://b.example/v1", "https://b.example/v1/chat/completions"),
        Move(chat, "https://b.example/v1/", "https://b.example/v1/chat/completions"),
        Move(chat, "https://b.example/api/v4", "https://b.example/api/v4/chat/completions"),
        Move(chat, "https://b.example/openai", "https://b.example/openai/v1/chat/completions"),
        Move(
          chat,
          "https://b.example/v1beta/openai",
          "https://b.example/v1beta/openai/chat/completions",
        ),
        Move(
          "https://a.example/proxy/v1/messages",
          "https://b.example",
          "https://b.example/v1/messages",
        ),
        Move(
          "https://a.example/chat/completions",
          "https://b.example/v1",
          "https://b.example/v1/chat/completions",
        ),
        Move(
          "https://a.example/v1beta/models/m:generateContent?alt=sse",
          "https://b.example",
          "https://b.example/v1beta/models/m:generateContent?alt=sse",
        ),
        Move(
          "https://us.example/v1/projects/q/locations/us/publishers/google/models/m:rawPredict",
          "https://eu.example/v1/$location",
          "https://eu.example/v1/$location/publishers/google/models/m:rawPredict",
        ),
        Move(
          "https://a.example/openai/deployments/d/chat/completions?api-version=1",
          "https://b.example/openai",
          "https://b.example/openai/deployments/d/chat/completions?api-version=1",
        ),
        Move(
          "https://a.example/model/arn%3Aaws%2Fx/converse",
          "https://b.example",
          "https://b.example/model/arn%3Aaws%2Fx/converse",
        ),
      ) { (request, base, expected) ->
        val url = URLBuilder(request)

        Endpoint.of(URI(base)).applyTo(url)

        url.buildString() shouldBe expected
      }
    }

    context("another server is told by its scheme, host and port") {
      withData<Triple<String, String, Boolean>>(
        { "${it.first} and ${it.second}" },
        Triple("https://a.example/v1", "https://A.example", false),
        Triple("https://a.example/v1", "https://a.example:443", false),
        Triple("https://a.example/v1", "http://a.example", true),
        Triple("http://a.example:8080/v1", "http://a.example:8081", true),
        Triple("https://a.example/v1", "https://eu.a.example", true),
      ) { (request, base, expected) ->
        Endpoint.of(URI(base)).isElsewhere(URLBuilder(request)) shouldBe expected
      }
    }

    context("a base URL that no request can be sent to is refused") {
      withData<Pair<String, String>>(
        { it.first },
        "ftp://a.example" to "endpoint must be an http or https URL, but was one of 'ftp'",
        "http:///v1" to "endpoint must name a host, but was of 'http' alone",
        "https://me:SECRET@a.example" to
          "endpoint must have no user, query or fragment, but one at 'a.example' has",
        "https://a.example?key=SECRET" to
          "endpoint must have no user, query or fragment, but one at 'a.example' has",
      ) { (base, message) ->
        shouldThrow<IllegalArgumentException> { Endpoint.of(URI(base)) }.message shouldBe message
      }
    }
  })
