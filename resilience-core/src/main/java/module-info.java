/** Keeps calls to language models answering while the models behind them fail. */
module dev.holdfast.core {
  requires static transitive org.jspecify;
  requires static kotlin.stdlib;
  requires static kotlinx.coroutines.core;

  exports dev.holdfast.time;
}
