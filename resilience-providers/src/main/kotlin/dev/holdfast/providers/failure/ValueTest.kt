package dev.holdfast.providers.failure

/**
 * What a rule asks of a value in lower case: that it is one of [wanted], or contains one of them.
 */
internal class ValueTest(wanted: List<String>, private val contains: Boolean) {
  private val wanted = wanted.toTypedArray()

  fun holds(value: String): Boolean =
    wanted.any { it == ANY || if (contains) value.contains(it) else value == it }

  fun holdsForAny(values: List<String>): Boolean {
    for (index in values.indices) if (holds(values[index])) return true
    return false
  }

  companion object {
    const val ANY: String = "*"
  }
}
