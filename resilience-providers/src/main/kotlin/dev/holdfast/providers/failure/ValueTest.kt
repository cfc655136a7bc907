package dev.holdfast.providers.failure

/**
 * What a rule asks of a value in lower case: that it is one of [wanted], or contains one of them.
 */
internal class ValueTest(private val wanted: List<String>, private val contains: Boolean) {

  fun holds(value: String): Boolean =
    wanted.any { it == ANY || if (contains) value.contains(it) else value == it }

  companion object {
    const val ANY: String = "*"
  }
}
