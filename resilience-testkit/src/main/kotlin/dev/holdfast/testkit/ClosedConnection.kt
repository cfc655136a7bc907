package dev.holdfast.testkit

internal data class ClosedConnection(private val afterwards: Afterwards) : Behaviour() {
  override fun answer(exchange: Exchange): Afterwards = afterwards

  override fun toString(): String =
    if (afterwards == Afterwards.RESET) "resetConnection()" else "dropConnection()"
}
