package dev.holdfast.testkit

import java.time.Duration

private val FRAMING = setOf("content-length", "transfer-encoding", "connection")

internal fun requireNotNegative(name: String, value: Duration) {
  require(!value.isNegative) { "$name must not be negative, but was $value" }
}

internal fun requireNotNegative(name: String, value: Int) {
  require(value >= 0) { "$name must not be negative, but was $value" }
}

internal fun requireHeader(name: String, value: String) {
  require(name.isNotEmpty() && name.none { it <= ' ' || it == ':' }) {
    "A header's name must be one word without a colon, but was '$name'"
  }
  require(name.lowercase() !in FRAMING) { "The header '$name' is set by the provider itself" }
  require(value.none { it == '\r' || it == '\n' }) {
    "The value of the header '$name' must be on one line"
  }
}
