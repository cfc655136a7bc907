package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Resilience;
import dev.holdfast.answers.Answers;
import dev.holdfast.answers.Question;
import dev.holdfast.answers.Reply;
import dev.holdfast.answers.RequestKey;
import dev.holdfast.answers.ResponseStore;
import dev.holdfast.answers.StoredResponse;
import dev.holdfast.model.Model;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Kept and shared answers from plain Java. Caffeine, which is optional, is not here. */
class AnswersTest {

  private final Resilience resilience = Resilience.builder().model(Model.of("sonnet")).build();
  private final Question question =
      Question.of(RequestKey.sha256("acme", "{}".getBytes(StandardCharsets.UTF_8)));

  @Test
  void aStoreOfOnesOwnReplaysAndDegrades() throws IOException {
    var answers =
        Answers.<String>of(resilience)
            .store(new MapStore())
            .replayFor(Duration.ofNanos(1))
            .degradeWithin(Duration.ofMinutes(5))
            .staticAnswer(failure -> "sorry")
            .build();

    Reply<String> fresh = answers.call(question, attempt -> "from " + attempt.model());
    Reply<String> kept = answers.call(question, AnswersTest::fails);
    Reply<String> other =
        answers.call(Question.of(RequestKey.of("other", "1")), AnswersTest::fails);

    assertThat(fresh.value()).isEqualTo("from sonnet");
    assertThat(fresh.age()).isZero();
    assertThat(fresh.record()).extracting(CallRecord::served).isEqualTo("sonnet");
    assertThat(describe(kept)).isEqualTo("CACHED_EXACT: from sonnet");
    assertThat(describe(other)).isEqualTo("STATIC: sorry");
    assertThat(answers.counts().degraded()).isEqualTo(2);
  }

  @Test
  void futuresShareOneCall() {
    var answers = Answers.<String>of(resilience).singleFlight().build();
    var upstream = new CompletableFuture<String>();

    var one = answers.callAsync(question, attempt -> upstream);
    var two = answers.callAsync(question, attempt -> CompletableFuture.failedFuture(new Error()));
    one.cancel(true);
    assertThat(upstream).isNotDone();
    upstream.complete("yes");

    assertThat(two.join().value()).isEqualTo("yes");
    assertThat(two.join().record()).extracting(CallRecord::served).isEqualTo("sonnet");
    assertThat(answers.counts().joined()).isEqualTo(1);
    assertThat(answers.inFlight()).isZero();
  }

  @Test
  void aStoreInMemorySaysWhatItNeeds() {
    assertThatThrownBy(() -> ResponseStore.inMemory(10, Duration.ofMinutes(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a store in memory needs com.github.ben-manes.caffeine:caffeine, but it is missing");
  }

  private static String describe(Reply<String> reply) {
    return reply instanceof Reply.Degraded<String> degraded
        ? degraded.source() + ": " + degraded.value()
        : reply.value();
  }

  private static String fails(Attempt attempt) throws IOException {
    throw new IOException(attempt.model());
  }

  /** Takes every answer for one second old. */
  private static final class MapStore implements ResponseStore<String> {

    private final Map<RequestKey, String> kept = new ConcurrentHashMap<>();

    // NullAway does not read from class files what is nullable inside a generic type.
    @Override
    @SuppressWarnings("NullAway")
    public CompletionStage<@Nullable StoredResponse<String>> get(RequestKey key) {
      var value = kept.get(key);
      return CompletableFuture.completedFuture(
          value == null ? null : new StoredResponse<>(value, Duration.ofSeconds(1)));
    }

    @Override
    public CompletionStage<?> put(RequestKey key, String value) {
      kept.put(key, value);
      return CompletableFuture.completedFuture(null);
    }
  }
}
