package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Resilience;
import dev.holdfast.model.Model;
import dev.holdfast.outcome.StreamInterruptedException;
import dev.holdfast.plan.Attempt;
import dev.holdfast.retry.Retry;
import dev.holdfast.stream.SharedPublishers;
import dev.holdfast.stream.StreamOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams from Java, through publishers of the JDK. */
class StreamTest {

  private static final StreamOptions<String> TEXT =
      StreamOptions.<String>builder().isContent(item -> !item.startsWith(":")).build();

  private final Resilience resilience =
      Resilience.builder()
          .model(Model.of("claude-sonnet"))
          .model(Model.of("claude-haiku"))
          .retry(Retry.builder().maxAttempts(1).build())
          .build();

  @Test
  void publisher_modelFailsBeforeContent_nextModelStreams() throws Exception {
    var received = new Received();

    resilience
        .publisher(
            attempt ->
                attempt.model().equals("claude-sonnet")
                    ? failing(":lost")
                    : sending(":start", "Hello", "world"),
            TEXT,
            null)
        .subscribe(received);

    assertThat(received.end.get(10, TimeUnit.SECONDS)).containsExactly(":start", "Hello", "world");
  }

  @Test
  void publisher_modelFailsAfterContent_tellsWhatArrived() {
    var received = new Received();

    resilience.publisher(attempt -> failing("Hello")).subscribe(received);

    assertThat(received.end)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            StreamInterruptedException.class,
            interrupted -> {
              assertThat(interrupted.received()).isEqualTo(List.of("Hello"));
              assertThat(interrupted.contents()).isEqualTo(1);
              assertThat(interrupted).hasCauseInstanceOf(IOException.class);
            });
  }

  @Test
  void publisher_noModelAnswers_givesTheDegradedStream() throws Exception {
    var received = new Received();

    resilience
        .publisher(
            attempt -> failing(":lost"), TEXT, failure -> sending("after " + failure.attempts()))
        .subscribe(received);

    assertThat(received.end.get(10, TimeUnit.SECONDS)).containsExactly("after 2");
  }

  @Test
  void sharedPublisher_isOneCall_whoComesLateGetsWhatHasArrived() throws Exception {
    var shared = SharedPublishers.<String>create();
    var source = new SubmissionPublisher<String>();
    var asked = new AtomicInteger();
    var first = new Received();
    var late = new Received();
    var upstream =
        resilience.publisher(
            attempt -> {
              asked.incrementAndGet();
              return source;
            });

    shared.share("prompt", upstream).subscribe(first);
    source.submit("Hello");
    shared.share("prompt", upstream).subscribe(late);
    source.submit("world");
    source.close();

    assertThat(first.end.get(10, TimeUnit.SECONDS)).containsExactly("Hello", "world");
    assertThat(late.end.get(10, TimeUnit.SECONDS)).containsExactly("Hello", "world");
    assertThat(asked).hasValue(1);
  }

  @Test
  @SuppressWarnings("NullAway")
  void publisher_callGivesNone_hasFailed() {
    var received = new Received();

    resilience.publisher((Attempt attempt) -> (Publisher<String>) null).subscribe(received);

    assertThat(received.end)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(NullPointerException.class);
  }

  /** The JDK's own publisher, with its own threads and demand. */
  private static Publisher<String> sending(String... items) {
    return subscriber -> {
      try (var publisher = new SubmissionPublisher<String>()) {
        publisher.subscribe(subscriber);
        List.of(items).forEach(publisher::submit);
      }
    };
  }

  /** Sends one item, and fails; that of the JDK lets its failure overtake the item. */
  private static Publisher<String> failing(String item) {
    return subscriber ->
        subscriber.onSubscribe(
            new Subscription() {
              private boolean over;

              @Override
              public void request(long items) {
                if (!over) {
                  over = true;
                  subscriber.onNext(item);
                  subscriber.onError(new IOException("connection reset"));
                }
              }

              @Override
              public void cancel() {
                over = true;
              }
            });
  }

  /** Requests everything. */
  private static final class Received implements Subscriber<String> {

    final CompletableFuture<List<String>> end = new CompletableFuture<>();
    private final List<String> items = new ArrayList<>();

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable thrown) {
      end.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
      end.complete(items);
    }
  }
}
