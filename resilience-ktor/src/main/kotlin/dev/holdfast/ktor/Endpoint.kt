package dev.holdfast.ktor

import io.ktor.http.URLBuilder
import io.ktor.http.URLProtocol
import io.ktor.http.encodedPath
import java.net.URI

/**
 * A base URL that requests are sent to instead of their own.
 *
 * It takes the place of what comes before the version in the path of a request. Where it has a
 * version itself, that one holds: `https://b.example/v1`, `https://b.example` and
 * `https://b.example/v1/` all make `/v1/messages` of `/proxy/v1/messages`. A path without a version
 * is appended whole. At Vertex AI a base URL may go on to the project and the location, which then
 * take the place of the request's.
 */
internal class Endpoint private constructor(private val base: URI) {

  private val path: List<String> = base.rawPath.orEmpty().segments()

  /** Whether it is another server than that of the request. */
  fun isElsewhere(url: URLBuilder): Boolean =
    !url.host.equals(base.host, ignoreCase = true) ||
      url.protocol != protocol() ||
      (if (url.port == 0) url.protocol.defaultPort else url.port) != port()

  fun applyTo(url: URLBuilder) {
    url.protocol = protocol()
    url.host = base.host
    url.port = base.port.coerceAtLeast(0)
    url.encodedPath = (path + tailOf(url.encodedPath.segments())).joinToString("/", "/")
  }

  private fun tailOf(request: List<String>): List<String> {
    val from = request.indexOfFirst(::isVersion)
    val own = path.indexOfFirst(::isVersion)
    if (from < 0)
      return if (path.lastOrNull() == request.firstOrNull()) request.drop(1) else request
    if (own < 0) return request.drop(from)
    val fromVersion = path.drop(own)
    val replaced = if (fromVersion.getOrNull(1) == PROJECTS) fromVersion.size else 1
    return request.drop(from + replaced)
  }

  private fun protocol() = URLProtocol.createOrDefault(base.scheme.lowercase())

  private fun port() = if (base.port < 0) protocol().defaultPort else base.port

  companion object {
    private const val PROJECTS = "projects"
    private val VERSION = Regex("v\\d+(?:(?:alpha|beta)\\d*)?")

    /** @throws IllegalArgumentException if it is none that a request can be sent to */
    fun of(base: URI): Endpoint {
      require(base.scheme?.lowercase() in listOf("http", "https")) {
        "endpoint must be an http or https URL, but was one of '${base.scheme}'"
      }
      requireNotNull(base.host) { "endpoint must name a host, but was of '${base.scheme}' alone" }
      require(base.rawUserInfo == null && base.rawQuery == null && base.rawFragment == null) {
        "endpoint must have no user, query or fragment, but one at '${base.host}' has"
      }
      return Endpoint(base)
    }

    private fun isVersion(segment: String) = VERSION.matches(segment)

    private fun String.segments() = split('/').filter(String::isNotEmpty)
  }
}
