package dev.holdfast.providers.stream

/** Bits for what an event has in it, whatever it is exactly. */
internal object Mark {
  /** Text, arguments, thoughts, sound or an image: what the model made. */
  const val CONTENT = 1
  const val ERROR = 2
  const val TOOL = 4
  const val REFUSAL = 8
  /** The prompt was blocked. */
  const val BLOCKED = 16
  /** The event that comes last. */
  const val LAST = 32
}
