package dev.holdfast.answers;

import dev.holdfast.answers.Reply.Degraded;
import dev.holdfast.answers.Reply.Source;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks for an answer to one question without a model: exact, then similar, then static. */
final class Degrading<T> {

  private final AnswerSettings<T> settings;
  private final RequestKey key;
  private final @Nullable String prompt;
  private final Deadline ends;
  private final CallFailure failure;

  Degrading(
      AnswerSettings<T> settings,
      RequestKey key,
      @Nullable String prompt,
      Deadline ends,
      CallFailure failure) {
    this.settings = settings;
    this.key = key;
    this.prompt = prompt;
    this.ends = ends;
    this.failure = failure;
  }

  /** Null in the future if there is none; fails if the application's static answer does. */
  CompletableFuture<@Nullable Degraded<T>> find() {
    var longest = settings.degradeWithin();
    return longest == null
        ? similar()
        : Relay.then(
            settings.shelf().exact(key, ends),
            kept ->
                kept != null && kept.age().compareTo(longest) <= 0
                    ? found(kept.value(), Source.CACHED_EXACT, kept.age())
                    : similar());
  }

  private CompletableFuture<@Nullable Degraded<T>> similar() {
    return Relay.then(
        settings.shelf().similar(key, prompt, ends),
        kept -> kept == null ? fixed() : found(kept.value(), Source.CACHED_SIMILAR, kept.age()));
  }

  private CompletableFuture<@Nullable Degraded<T>> fixed() {
    var answer = settings.staticAnswer();
    return answer == null
        ? CompletableFuture.completedFuture(null)
        : found(answer.apply(failure), Source.STATIC, Duration.ZERO);
  }

  private CompletableFuture<@Nullable Degraded<T>> found(T value, Source source, Duration age) {
    var degraded = new Degraded<>(value, failure, source, age, null);
    settings.tally().degraded(source);
    return CompletableFuture.completedFuture(degraded);
  }
}
