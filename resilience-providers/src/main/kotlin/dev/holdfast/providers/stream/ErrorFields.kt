package dev.holdfast.providers.stream

/** What is seen of an error at [path], in the form that most providers share. */
internal fun Field.Tree.error(path: String, type: String = "type") {
  marks(Mark.ERROR, path)
  token(Token.ERROR_TYPE, "$path.$type")
  token(Token.ERROR_CODE, "$path.code")
  token(Token.ERROR_MESSAGE, path, "$path.message")
}
