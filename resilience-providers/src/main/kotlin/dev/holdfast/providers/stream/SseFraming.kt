package dev.holdfast.providers.stream

/**
 * Server-sent events. Keeps no line: what follows `data:` goes to the reader as it comes. An event
 * may lack its last blank line, and `[DONE]` counts at the end of its own line, because there are
 * consumers that leave then.
 */
internal class SseFraming(
  private val reader: EventReader,
  private val state: StreamState,
  private val done: Boolean,
  private val maxEventBytes: Int,
) : Framing {
  private enum class Mode {
    LINE_START,
    FIELD,
    SPACE,
    DATA,
    NAME,
    IGNORED,
  }

  private var mode = Mode.LINE_START
  private var afterSpace = Mode.IGNORED
  private var feedIgnored = false
  private val field = ByteArray(LONGEST_FIELD)
  private var fieldLength = 0
  private var ofData = false
  /** How much of `[DONE]` the data was so far; negative if it is something else. */
  private var doneMatch = 0
  private var pending = false
  /** Whether the next line is the first of an event. */
  private var between = true
  /** Where the event begins; negative if that was in bytes before these. */
  private var begin = BEFORE
  private var known = false
  private var unknown = false
  /** The bytes of the event before those that are being read. */
  private var size = 0L
  private var start = 0
  private val tail = EventTail()
  private var keepsTail = true

  override fun feed(bytes: ByteArray, from: Int, to: Int) {
    val index = if (tail.length == 0) from else goOn(bytes, from, to)
    if (index < to) read(bytes, index, to)
  }

  /** Reads on where only the beginning of an event came before. */
  private fun goOn(bytes: ByteArray, from: Int, to: Int): Int {
    if (tail.length + to - from <= maxEventBytes && tail.add(bytes, from, to)) return to
    val next = reader.match(tail.bytes, 0, tail.join(bytes, from, to))
    if (next in 0..maxEventBytes) {
      val begun = tail.length
      tail.clear()
      repeat(tail.bytes, next)
      return from + next - begun
    }
    readTail()
    return from
  }

  /** Reads as it is what was kept. */
  private fun readTail() {
    val length = tail.length
    tail.clear()
    keepsTail = false
    read(tail.bytes, 0, length)
    keepsTail = true
  }

  private fun read(bytes: ByteArray, from: Int, to: Int) {
    var index = from
    start = from
    begin = BEFORE
    while (index < to && !state.over) {
      index =
        when (mode) {
          Mode.LINE_START -> lineStart(bytes, index, to)
          Mode.FIELD -> field(bytes, index)
          Mode.SPACE -> space(bytes, index)
          Mode.DATA -> data(bytes, index, to)
          Mode.NAME -> name(bytes, index, to)
          Mode.IGNORED -> ignored(bytes, index, to)
        }
    }
    checkSize(index)
    size += index - start
  }

  override fun end() {
    if (tail.length > 0) readTail()
    if (state.over) return
    if (done && doneMatch == DONE.size) state.end()
    else if (pending && reader.complete()) reader.end()
    else if (!known && (unknown || !isBeginning())) state.unreadable(StreamFault.NOT_A_STREAM)
  }

  private fun isBeginning(): Boolean =
    mode != Mode.FIELD || FIELDS.any { it.startsWith(String(field, 0, fieldLength)) }

  private fun lineStart(bytes: ByteArray, index: Int, to: Int): Int {
    val byte = bytes[index]
    if (byte == LINE_FEED && feedIgnored) {
      feedIgnored = false
      return index + 1
    }
    feedIgnored = false
    if (between) {
      val next = reader.match(bytes, index, to)
      if (next >= 0 && size + next - start <= maxEventBytes) return repeat(bytes, next)
      if (keepsTail && isTail(bytes, index, to)) return to
      between = false
      begin = index
    }
    if (isLineBreak(byte)) {
      feedIgnored = byte == RETURN
      endEvent(bytes, index + 1)
      return index + 1
    }
    if (byte == COLON) {
      known = true
      mode = Mode.IGNORED
      return index + 1
    }
    if (to - index > 6 && isData(bytes, index)) {
      beginData()
      mode = Mode.DATA
      return index + 6
    }
    fieldLength = 0
    mode = Mode.FIELD
    return index
  }

  /** Whether these bytes are kept until the rest of their event comes. */
  private fun isTail(bytes: ByteArray, index: Int, to: Int): Boolean {
    val isAll = size == 0L && index == start && to - index <= maxEventBytes
    if (!isAll || !reader.mayMatch || !tail.add(bytes, index, to)) return false
    start = to
    return true
  }

  /** Leaves everything as the end of the event would if it had been read. */
  private fun repeat(bytes: ByteArray, next: Int): Int {
    reader.repeat()
    feedIgnored = bytes[next - 1] == RETURN
    forget(next)
    return next
  }

  private fun isData(bytes: ByteArray, index: Int): Boolean =
    bytes[index] == 'd'.code.toByte() &&
      bytes[index + 1] == 'a'.code.toByte() &&
      bytes[index + 2] == 't'.code.toByte() &&
      bytes[index + 3] == 'a'.code.toByte() &&
      bytes[index + 4] == COLON &&
      bytes[index + 5] == SPACE

  private fun field(bytes: ByteArray, index: Int): Int {
    val byte = bytes[index]
    if (byte == COLON || isLineBreak(byte)) {
      beginField(String(field, 0, minOf(fieldLength, LONGEST_FIELD), Charsets.ISO_8859_1))
      if (byte == COLON) {
        mode = Mode.SPACE
        return index + 1
      }
      return endLine(byte, index)
    }
    if (fieldLength < LONGEST_FIELD) field[fieldLength++] = byte
    return index + 1
  }

  private fun beginField(name: String) {
    ofData = false
    afterSpace = Mode.IGNORED
    if (name in FIELDS) known = true else unknown = true
    if (name == "event") {
      reader.values.begin(Token.NAME)
      afterSpace = Mode.NAME
    } else if (name == "data") {
      beginData()
      afterSpace = Mode.DATA
    }
  }

  private fun beginData() {
    known = true
    ofData = true
    // Lines of data are joined by a line feed, so [DONE] on the second one is none.
    doneMatch = if (pending || !done) NO_MATCH else 0
    pending = true
  }

  private fun space(bytes: ByteArray, index: Int): Int {
    mode = afterSpace
    return if (bytes[index] == SPACE) index + 1 else index
  }

  private fun data(bytes: ByteArray, from: Int, to: Int): Int {
    var index = from
    while (doneMatch >= 0 && index < to && !isLineBreak(bytes[index])) {
      val byte = bytes[index]
      if (doneMatch < DONE.size && byte == DONE[doneMatch]) {
        doneMatch++
        index++
      } else if (doneMatch == DONE.size && byte == SPACE) {
        index++
      } else {
        val matched = doneMatch
        doneMatch = NO_MATCH
        reader.scanAll(DONE, 0, matched)
      }
    }
    while (index < to) {
      if (isLineBreak(bytes[index])) return endLine(bytes[index], index)
      index = reader.scan(bytes, index, to)
    }
    return index
  }

  private fun name(bytes: ByteArray, from: Int, to: Int): Int {
    val end = endOfLine(bytes, from, to)
    reader.values.append(Token.NAME, bytes, from, end)
    return if (end == to) end else endLine(bytes[end], end)
  }

  private fun ignored(bytes: ByteArray, from: Int, to: Int): Int {
    val end = endOfLine(bytes, from, to)
    return if (end == to) end else endLine(bytes[end], end)
  }

  private fun endLine(byte: Byte, index: Int): Int {
    feedIgnored = byte == RETURN
    mode = Mode.LINE_START
    checkSize(index + 1)
    if (!state.over && ofData && done && doneMatch == DONE.size) state.end()
    ofData = false
    if (!pending) forget(index + 1)
    return index + 1
  }

  private fun endEvent(bytes: ByteArray, next: Int) {
    checkSize(next)
    if (state.over || !pending || reader.empty) reader.clear()
    else if (begin < 0) reader.end() else reader.end(bytes, begin, next)
    between = true
    pending = false
    doneMatch = 0
    forget(next)
  }

  private fun forget(next: Int) {
    size = 0
    start = next
  }

  private fun checkSize(index: Int) {
    if (size + index - start > maxEventBytes) state.unreadable(StreamFault.TOO_LARGE)
  }

  private companion object {
    const val COLON = ':'.code.toByte()
    const val SPACE = ' '.code.toByte()
    const val LONGEST_FIELD = 8
    const val NO_MATCH = -1
    const val BEFORE = -1
    val DONE = "[DONE]".toByteArray()
    val FIELDS = setOf("data", "event", "id", "retry")
  }
}
