package dev.holdfast.ktor

/**
 * What the code of the plugin's user threw while it made the request of an attempt, such as one
 * that reads a token: that says nothing about the model. It does not leave the plugin.
 */
internal class PreparationException(override val cause: Exception) :
  Exception(null, cause, false, false)
