package dev.holdfast.answers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.holdfast.require.Require;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps answers in a bounded cache. Nothing of it runs on a thread of its own. */
final class InMemoryStore<T> implements ResponseStore<T> {

  private final Cache<RequestKey, Entry<T>> cache;
  private final Time time;

  private InMemoryStore(int maxEntries, Duration ttl, Time time) {
    this.time = time;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfterWrite(ttl)
            .ticker(time::nanoTime)
            .executor(Runnable::run)
            .build();
  }

  static <T> InMemoryStore<T> of(int maxEntries, Duration ttl, Time time) {
    Require.atLeast(1, "maxEntries", maxEntries);
    Require.positive("ttl", ttl);
    Objects.requireNonNull(time, "time");
    return new InMemoryStore<>(maxEntries, ttl, time);
  }

  @Override
  public CompletionStage<@Nullable StoredResponse<T>> get(RequestKey key) {
    var entry = cache.getIfPresent(key);
    return CompletableFuture.completedFuture(
        entry == null
            ? null
            : new StoredResponse<>(
                entry.value, Duration.ofNanos(Math.max(0, time.nanoTime() - entry.since))));
  }

  @Override
  public CompletionStage<?> put(RequestKey key, T value) {
    cache.put(key, new Entry<>(value, time.nanoTime()));
    return CompletableFuture.completedFuture(null);
  }

  private record Entry<T>(T value, long since) {}
}
