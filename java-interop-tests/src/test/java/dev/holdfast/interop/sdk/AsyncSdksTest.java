package dev.holdfast.interop.sdk;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Resilience;
import dev.holdfast.model.Model;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.AttemptRecord;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.plan.CallRecord.Ending;
import dev.holdfast.plan.WaitSource;
import dev.holdfast.retry.Backoff;
import dev.holdfast.retry.Retry;
import dev.holdfast.testkit.Behaviour;
import dev.holdfast.testkit.RecordedRequest;
import dev.holdfast.testkit.ScriptedProvider;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The asynchronous clients of the vendors in a call with a chain, over real sockets. */
class AsyncSdksTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final ScriptedProvider provider = ScriptedProvider.start();
  private final Map<String, Deque<Behaviour>> scripts = new ConcurrentHashMap<>();
  private final List<CallRecord> records = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    provider.close();
  }

  @ParameterizedTest
  @EnumSource
  void overloaded_isTriedAgainAndThenTheNextModelAnswers(AsyncSdk sdk) throws Exception {
    script("first", sdk.overloaded());
    script("second", sdk.answering("from the second"));

    assertThat(ask(sdk, LONG)).isEqualTo("from the second");

    assertThat(asked()).containsExactly("first", "first", "second");
    assertThat(failures()).containsExactly(FailureClass.OVERLOADED, FailureClass.OVERLOADED, null);
    assertThat(record().fellBack()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void rateLimited_waitsAsLongAsItIsAskedAndThenSucceeds(AsyncSdk sdk) throws Exception {
    var wait = Duration.ofMillis(150);
    script("first", sdk.rateLimited(wait), sdk.answering("at last"));

    assertThat(ask(sdk, LONG)).isEqualTo("at last");

    assertThat(asked()).containsExactly("first", "first");
    var requests = provider.requests();
    assertThat(requests.get(1).arrivedAt() - requests.get(0).arrivedAt())
        .isGreaterThanOrEqualTo(wait.toNanos());
    assertThat(record().attempts().get(0).hint()).isEqualTo(wait);
    assertThat(record().attempts().get(1).waits().get(0).source()).isEqualTo(WaitSource.HINT);
    assertThat(record().attempts().get(1).waited()).isGreaterThanOrEqualTo(wait);
  }

  @ParameterizedTest
  @EnumSource
  void hang_isEndedByTheTimeoutOfTheAttemptAndTheNextModelAnswers(AsyncSdk sdk) throws Exception {
    script("first", Behaviour.hang());
    script("second", sdk.answering("from the second"));

    assertThat(ask(sdk, SHORT)).isEqualTo("from the second");

    assertThat(asked()).containsExactly("first", "first", "second");
    assertThat(failures()).containsExactly(FailureClass.TIMED_OUT, FailureClass.TIMED_OUT, null);
    assertThat(record().possiblyBilled()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatEndsBeforeTheAnswer_isTriedAgain(AsyncSdk sdk) throws Exception {
    script("first", Behaviour.dropConnection(), sdk.answering("again"));

    assertThat(ask(sdk, LONG)).isEqualTo("again");

    assertThat(asked()).containsExactly("first", "first");
    assertThat(failures()).containsExactly(FailureClass.CONNECTION_LOST, null);
  }

  @ParameterizedTest
  @EnumSource
  void answerThatIsCutEachTime_isTriedAgainAndThenTheNextModelAnswers(AsyncSdk sdk)
      throws Exception {
    script("first", Behaviour.cutStream(0));
    script("second", sdk.answering("from the second"));

    assertThat(ask(sdk, LONG)).isEqualTo("from the second");

    assertThat(asked()).containsExactly("first", "first", "second");
    // The SDKs say of half an answer that they cannot read it.
    assertThat(failures())
        .containsExactly(FailureClass.MALFORMED_ANSWER, FailureClass.MALFORMED_ANSWER, null);
  }

  @ParameterizedTest
  @EnumSource
  void cancel_endsTheCallAndTheSdksFutureButTheSdkDoesNotCloseTheSocket(AsyncSdk sdk)
      throws Exception {
    var release = new CompletableFuture<Void>();
    script("first", Behaviour.hangUntil(release), sdk.answering("other"));
    var futures = new CopyOnWriteArrayList<CompletableFuture<String>>();
    try (var client = sdk.connect(provider)) {
      var resilience = resilience(LONG);
      var answer =
          resilience.callAsync(
              attempt -> {
                var future = client.ask(attempt);
                futures.add(future);
                return future;
              });
      provider.awaitRequests(1, LONG);

      answer.cancel(true);

      assertThat(futures).singleElement().matches(CompletableFuture::isCancelled);
      assertThat(record().ending()).isEqualTo(Ending.CANCELLED);
      // Another whole call later the connection of the first is still open.
      assertThat(resilience.callAsync(client::ask).get(20, SECONDS)).isEqualTo("other");
      assertThat(provider.openConnections()).isEqualTo(2);
      release.complete(null);
      provider.awaitOpenConnections(1, LONG);
    }
    assertThat(asked()).containsExactly("first", "first");
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOfTheAttemptGivenToTheSdk_closesTheSocket(AsyncSdk sdk) throws Exception {
    provider.anyModel().always(Behaviour.hang());
    try (var client = sdk.connect(provider)) {
      var only = resilience(SHORT).withChain(List.of("first"));
      var answer = only.callAsync(attempt -> client.ask(attempt, attempt.timeout()));

      var thrown = catchThrowable(() -> answer.get(20, SECONDS));

      assertThat(thrown).isNotNull();
      assertThat(failures()).containsExactly(FailureClass.TIMED_OUT, FailureClass.TIMED_OUT);
      provider.awaitOpenConnections(0, LONG);
    }
  }

  private String ask(AsyncSdk sdk, Duration attemptTimeout) throws Exception {
    try (var client = sdk.connect(provider)) {
      return resilience(attemptTimeout).callAsync(client::ask).get(20, SECONDS);
    }
  }

  /** Two models, of which the second has time enough, and two attempts each. */
  private Resilience resilience(Duration attemptTimeout) {
    var backoff = Backoff.fixed(Duration.ofMillis(1));
    var resilience =
        Resilience.builder()
            .model(Model.named("first").attemptTimeout(attemptTimeout).build())
            .model(Model.of("second"))
            .retry(Retry.builder().maxAttempts(2).backoff(backoff).build())
            .classifier(new SdkClassifier())
            .build();
    resilience.onCall(records::add);
    return resilience;
  }

  /** What the model does in turn; the last of it from then on. */
  private void script(String model, Behaviour... behaviours) {
    scripts.put(model, new LinkedBlockingDeque<>(List.of(behaviours)));
    // The provider itself knows the model of Anthropic's requests only.
    provider
        .anyModel()
        .script(
            request -> {
              var left = scripts.get(modelOf(request));
              return left.size() > 1 ? left.remove() : left.peek();
            });
  }

  private static String modelOf(RecordedRequest request) {
    return request.body().contains("\"first\"") ? "first" : "second";
  }

  private List<String> asked() {
    return provider.requests().stream().map(AsyncSdksTest::modelOf).toList();
  }

  private CallRecord record() {
    return records.get(0);
  }

  private List<FailureClass> failures() {
    return record().attempts().stream().map(AttemptRecord::failure).toList();
  }
}
