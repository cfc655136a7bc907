package dev.holdfast.testing

import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger

/** Runs [block] while what the logger of this name is told goes to [sink] and nowhere else. */
fun withLog(name: String, sink: (LogRecord) -> Unit, level: Level = Level.ALL, block: () -> Unit) {
  val log = Logger.getLogger(name)
  val handler =
    object : Handler() {
      override fun publish(record: LogRecord) = sink(record)

      override fun flush() {}

      override fun close() {}
    }
  log.level = level
  log.useParentHandlers = false
  log.addHandler(handler)
  try {
    block()
  } finally {
    log.removeHandler(handler)
    log.useParentHandlers = true
    log.level = null
  }
}
