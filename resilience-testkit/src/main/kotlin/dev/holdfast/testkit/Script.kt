package dev.holdfast.testkit

/** Decides, as each request arrives, how a [ScriptedProvider] answers it. */
public fun interface Script {
  /**
   * Returns how to answer [request]. Called on the thread of the request's connection, by many
   * connections at once, and outside all locks; it may block and look at the provider.
   *
   * If it throws, the client gets a 500, and [ScriptedProvider.close] throws what it threw.
   */
  public fun behaviourFor(request: RecordedRequest): Behaviour
}
