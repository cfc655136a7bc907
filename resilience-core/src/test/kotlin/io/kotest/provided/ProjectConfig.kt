package io.kotest.provided

import io.kotest.core.config.AbstractProjectConfig
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.time.Duration.Companion.seconds

/** Found by its name: the log of thousands of transitions would drown what the tests say. */
class ProjectConfig : AbstractProjectConfig() {
  private val log = Logger.getLogger("dev.holdfast")

  override val timeout = 120.seconds

  override suspend fun beforeProject() {
    log.level = Level.OFF
  }
}
