package dev.holdfast.providers.stream

/** Reads a JSON document that comes in base64, in pieces of any size. */
internal class Base64Scanner(root: Field, values: EventValues) {
  private val json = JsonScanner(root, values, null)
  private val decoded = ByteArray(PIECE)
  private var bits = 0
  private var count = 0
  private var padded = false
  private var broken = false

  /** Whether nothing came. */
  val empty: Boolean
    get() = json.empty && count == 0 && !broken

  /** Whether the document is whole. */
  fun complete(): Boolean = !broken && json.complete()

  fun reset() {
    json.reset()
    bits = 0
    count = 0
    padded = false
    broken = false
  }

  fun append(bytes: ByteArray, from: Int, to: Int) {
    var length = 0
    for (index in from until to) {
      val digit = digit(bytes[index].toInt())
      if (digit == PADDING) padded = true
      if (digit < 0 && digit != PADDING || digit >= 0 && padded) broken = true
      if (digit < 0) continue
      bits = (bits shl 6) or digit
      count = (count + 6) and 7
      // Four digits are three bytes; each digit but the first of the four completes one.
      if (count == 6) continue
      decoded[length++] = (bits ushr count).toByte()
      if (length == PIECE) {
        scan(length)
        length = 0
      }
    }
    scan(length)
  }

  private fun scan(length: Int) {
    var index = 0
    while (index < length) {
      index = json.scan(decoded, index, length)
      if (index < length && isLineBreak(decoded[index])) index++
    }
  }

  private companion object {
    const val PIECE = 768
    const val PADDING = -1

    fun digit(char: Int): Int =
      when (char) {
        in 'A'.code..'Z'.code -> char - 'A'.code
        in 'a'.code..'z'.code -> char - 'a'.code + 26
        in '0'.code..'9'.code -> char - '0'.code + 52
        '+'.code -> 62
        '/'.code -> 63
        '='.code -> PADDING
        else -> -2
      }
  }
}
