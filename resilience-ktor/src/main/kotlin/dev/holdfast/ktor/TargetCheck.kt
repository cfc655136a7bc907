package dev.holdfast.ktor

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.model.RequestPatch

/**
 * Looks for mistakes in how models are reached before the first request is made.
 *
 * @param credentials the names of those that were declared; null if they may be declared elsewhere
 */
internal class TargetCheck(
  private val models: List<Model>,
  private val features: List<Feature>,
  private val credentials: Set<String>?,
) {

  /**
   * Refuses names that nobody declared.
   *
   * @throws IllegalArgumentException if there is one
   */
  fun check(headers: Set<String>, transforms: Set<String>) {
    models.forEach { check("model '${it.name()}'", it.patch()) }
    for (feature in features) {
      feature.chain().forEach {
        check("step '${it.model()}' of feature '${feature.name()}'", it.patch())
      }
    }
    requireDeclared("headers", headers)
    requireDeclared("transform", transforms)
  }

  private fun check(where: String, patch: RequestPatch) {
    val credential = patch.credential()
    require(credential == null || credentials == null || credential in credentials) {
      "$where: ${unknownCredential(credential.orEmpty(), credentials.orEmpty())}"
    }
    patch.endpoint()?.let { Endpoint.of(it) }
  }

  private fun requireDeclared(what: String, names: Set<String>) {
    val declared = models.map { it.name() }
    names.forEach {
      require(it in declared) { "$what must be for one of $declared, but was '$it'" }
    }
  }
}

/** A model whose gates go by the credential that its requests are sent with. */
internal fun Model.knownBySentCredential(): Model {
  val sent = patch().credential()
  return if (sent == null || credential() != null) this else toBuilder().credential(sent).build()
}
