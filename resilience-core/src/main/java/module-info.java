/** Keeps calls to language models answering while the models behind them fail. */
module dev.holdfast.core {
  requires static transitive org.jspecify;
  requires static kotlin.stdlib;
  requires static kotlinx.coroutines.core;
  requires static com.github.benmanes.caffeine;
  requires java.net.http;

  exports dev.holdfast;
  exports dev.holdfast.answers;
  exports dev.holdfast.breaker;
  exports dev.holdfast.bulkhead;
  exports dev.holdfast.coroutines;
  exports dev.holdfast.event;
  exports dev.holdfast.model;
  exports dev.holdfast.outcome;
  exports dev.holdfast.plan;
  exports dev.holdfast.retry;
  exports dev.holdfast.stop;
  exports dev.holdfast.stream;
  exports dev.holdfast.throttle;
  exports dev.holdfast.time;
}
