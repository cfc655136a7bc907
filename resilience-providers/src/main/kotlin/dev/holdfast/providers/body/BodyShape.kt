package dev.holdfast.providers.body

/** What a body looks like as a whole. */
internal enum class BodyShape {
  /** Not known. */
  UNREAD,
  /** Nothing but blanks. */
  EMPTY,
  /** A page for people, such as a proxy's. */
  HTML,
  /** Neither JSON nor a page. */
  TEXT,
  /** Server-sent events. */
  EVENTS,
  /** JSON that breaks off or cannot be read. */
  CUT,
  /** JSON that reports an error. */
  ERROR,
  /** Any other JSON. */
  ANSWER,
}
