package dev.holdfast.breaker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The objects that other faces keep with a breaker, one of each type. */
final class Companions {

  private final Map<Class<?>, Object> byType = new ConcurrentHashMap<>(2);

  <C> C get(Class<C> type, Supplier<? extends C> factory) {
    var present = byType.get(type);
    if (present == null) {
      // Not computeIfAbsent: the factory is foreign code and must not run under the map's lock.
      var made = factory.get();
      var earlier = byType.putIfAbsent(type, made);
      present = earlier == null ? made : earlier;
    }
    return type.cast(present);
  }
}
