package dev.holdfast.ktor

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.model.RequestPatch

/** Looks for mistakes in how models are reached before the first request is made. */
internal class TargetCheck(
  private val models: List<Model>,
  private val features: List<Feature>,
  private val credentials: Set<String>,
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
    require(credential == null || credential in credentials) {
      "$where: ${unknownCredential(credential.orEmpty(), credentials)}"
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

/**
 * A model whose requests and whose gates go by the same credential: one that its patch sends is
 * also the one it is known to use, and one that it is known to use is sent if it is declared.
 */
internal fun Model.withOneCredential(declared: Set<String>): Model {
  val sent = patch().credential()
  val known = credential()
  return when {
    sent != null && known == null -> toBuilder().credential(sent).build()
    sent == null && known != null && known in declared -> {
      val sending = RequestPatch.builder().credential(known).build()
      toBuilder().patch(patch().and(sending)).build()
    }
    else -> this
  }
}
