package dev.holdfast.providers.body

/** Takes the fields of interest that a [LenientScanner] comes to, in their order. */
internal fun interface Findings {

  /** The field of a part has this value, which is decoded, and not `null` or `false`. */
  fun found(place: Place, field: Field, value: String)
}
