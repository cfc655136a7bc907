package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CallRejection;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreaker.State;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.breaker.StateTransition;
import dev.holdfast.model.Model;
import dev.holdfast.retry.Backoff;
import dev.holdfast.retry.Retry;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in an execution of its own, without Kotlin and coroutines on the class path. */
@Tag("kotlin-free")
class KotlinFreeTest {

  private final SteppedTime time = new SteppedTime();
  private final CircuitBreakerConfig config =
      CircuitBreakerConfig.builder()
          .failureThreshold(1)
          .waitDurationInOpenState(Duration.ofSeconds(30))
          .build();
  private final CircuitBreakers breakers =
      CircuitBreakers.builder().defaultConfig(config).time(time).build();
  private final CircuitBreaker breaker = breakers.breaker("claude-sonnet");
  private final Assistant assistant =
      new Assistant(
          Resilience.builder()
              .model(Model.named("claude-sonnet").circuitBreaker(config).build())
              .model(Model.of("claude-haiku"))
              .retry(Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build())
              .time(time)
              .build());

  @BeforeAll
  static void kotlinIsAbsent() {
    for (var name :
        List.of(
            "kotlin.Unit",
            "kotlin.jvm.internal.Intrinsics",
            "kotlinx.coroutines.Job",
            "dev.holdfast.testkit.ManualTime")) {
      assertThat(catchThrowable(() -> Class.forName(name)))
          .as("%s must not be on the class path of this test", name)
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void coreClasses_allButTheCoroutineLayer_link() throws Exception {
    var names = coreClasses();

    assertThat(names).contains(CircuitBreaker.class.getName(), Resilience.class.getName());
    for (var name : names) {
      var type = Class.forName(name);
      assertThat(type.getDeclaredMethods()).as(name).isNotNull();
      assertThat(type.getDeclaredFields()).as(name).isNotNull();
      assertThat(type.getDeclaredConstructors()).as(name).isNotNull();
    }
  }

  @Test
  void coroutineLayer_withoutKotlin_doesNotLink() {
    assertThatThrownBy(
            () -> Class.forName("dev.holdfast.coroutines.WithBreaker").getDeclaredMethods())
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageStartingWith("kotlin");
  }

  @Test
  void call_outageAndRecovery_opensProbesAndCloses() {
    assertThatThrownBy(() -> breaker.call(KotlinFreeTest::refuse))
        .isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> breaker.call(() -> "never"))
        .isInstanceOf(CircuitOpenException.class)
        .hasMessage("Circuit breaker 'claude-sonnet' is OPEN; retry after PT30S");

    time.advance(Duration.ofSeconds(30));

    assertThat(breaker.call(() -> "hello")).isEqualTo("hello");
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void callAsync_outageAndRecovery_opensProbesAndCloses() {
    var source = new CompletableFuture<String>();
    var failed = breaker.callAsync(() -> source);
    source.completeExceptionally(new ConnectException("refused"));
    assertThat(failed).isCompletedExceptionally();
    assertThat(breaker.callAsync(() -> source)).isCompletedExceptionally();

    time.advance(Duration.ofSeconds(30));
    var probe = breaker.callAsync(() -> CompletableFuture.completedFuture("hello"));

    assertThat(probe).isCompletedWithValue("hello");
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void callAsync_cancelled_cancelsTheStageAndHasNoOpinion() {
    var source = new CompletableFuture<String>();

    breaker.callAsync(() -> source).cancel(true);

    assertThat(source).isCancelled();
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void acquire_allOutcomes_areCounted() {
    try (var permit = breaker.acquire()) {
      assertThat(permit.success()).isTrue();
    }
    breaker.acquire().close();
    assertThat(breaker.failures()).isZero();
    breaker.acquire().failure(new IOException("reset"));

    assertThat(breaker.tryAcquire()).isNull();
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void registry_names_haveABreakerEach() {
    assertThatThrownBy(() -> breakers.call("claude-sonnet", KotlinFreeTest::refuse))
        .isInstanceOf(ConnectException.class);

    assertThat(breakers.call("claude-haiku", () -> "hello")).isEqualTo("hello");
    assertThat(breakers.callAsync("claude-haiku", () -> CompletableFuture.completedFuture("hello")))
        .isCompletedWithValue("hello");
    assertThat(breakers.all()).hasSize(2);
  }

  @Test
  void listeners_openAndReset_areToldUntilTheyAreRemoved() {
    var transitions = new ArrayList<StateTransition>();
    var rejections = new ArrayList<CallRejection>();
    var subscription = breaker.onTransition(transitions::add);
    breakers.onRejection(rejections::add);

    breaker.acquire().failure();
    breaker.tryAcquire();
    subscription.close();
    breaker.reset();

    assertThat(transitions).extracting(StateTransition::to).containsExactly(State.OPEN);
    assertThat(rejections).extracting(CallRejection::name).containsExactly("claude-sonnet");
  }

  @Test
  void snapshot_openBreaker_isComplete() {
    breaker.acquire().failure();

    var snapshot = breaker.snapshot();

    assertThat(snapshot.state()).isEqualTo(State.OPEN);
    assertThat(snapshot.failures()).isEqualTo(1);
    assertThat(snapshot.toString()).contains("claude-sonnet", "PT30S");
  }

  @Test
  void systemTime_shortTimeout_endsTheAttempt() {
    var hurried =
        Resilience.builder()
            .model(Model.named("claude-sonnet").attemptTimeout(Duration.ofMillis(1)).build())
            .retry(Retry.builder().maxAttempts(1).build())
            .build();

    var answer =
        hurried.callAsync(attempt -> new CompletableFuture<String>(), failure -> "degraded");

    assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("degraded");
  }

  @Test
  void chain_primaryDown_fallsBackAndRemembers() throws IOException {
    var asked = new ArrayList<String>();
    Assistant.Client client =
        (model, prompt) -> {
          asked.add(model);
          return model.equals("claude-sonnet") ? refuse() : "hello";
        };

    assertThat(assistant.answer(client, "hi")).isEqualTo("hello");
    assertThat(assistant.answer(client, "hi")).isEqualTo("hello");

    assertThat(asked).containsExactly("claude-sonnet", "claude-haiku", "claude-haiku");
    assertThat(assistant.answerIfUp(client, "hi")).isNull();
  }

  @Test
  void chain_allDown_retriesAndDegrades() throws IOException {
    var answer = assistant.answerOrApologize((model, prompt) -> refuse(), "hi");

    assertThat(answer).isEqualTo("no model could answer after 4 attempts");
    assertThat(time.slept).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void chainAsync_primaryDown_fallsBack() {
    Assistant.AsyncClient client =
        (model, prompt) ->
            model.equals("claude-sonnet")
                ? CompletableFuture.failedStage(new ConnectException("refused"))
                : CompletableFuture.completedStage("hello");

    assertThat(assistant.answerLater(client, "hi")).isCompletedWithValue("hello");
  }

  @Test
  void chainAsync_allDown_retriesAndDegrades() {
    Assistant.AsyncClient client = (model, prompt) -> failed();

    var answer = assistant.answerLaterOrApologize(client, "hi");
    assertThat(answer).isNotDone();
    time.runScheduled();
    time.runScheduled();

    assertThat(answer).isCompletedWithValue("no model could answer after 4 attempts");
  }

  @Test
  void chainAsync_cancelled_cancelsTheStage() {
    var stage = new CompletableFuture<String>();

    assistant.answerLater((model, prompt) -> stage, "hi").cancel(true);

    assertThat(stage).isCancelled();
  }

  private static String refuse() throws ConnectException {
    throw new ConnectException("refused");
  }

  private static CompletionStage<String> failed() {
    return CompletableFuture.failedStage(new ConnectException("refused"));
  }

  private static List<String> coreClasses() throws IOException, URISyntaxException {
    var place =
        Path.of(CircuitBreaker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return classesUnder(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classesUnder(jar.getPath("/"));
    }
  }

  private static List<String> classesUnder(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.startsWith("dev/holdfast/") && name.endsWith(".class"))
          .filter(name -> !name.startsWith("dev/holdfast/coroutines/"))
          // Needs Caffeine, which is optional as well.
          .filter(name -> !name.startsWith("dev/holdfast/answers/InMemoryStore"))
          .filter(name -> !name.endsWith("package-info.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .toList();
    }
  }

  /** The manual clock of the test kit is off this class path, so this is what is needed of it. */
  private static final class SteppedTime implements Time {

    private final List<Runnable> scheduled = new ArrayList<>();
    private long now;
    private Duration slept = Duration.ZERO;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      slept = slept.plus(duration);
      advance(duration);
    }

    @Override
    public ScheduledTask schedule(Duration delay, Runnable task) {
      scheduled.add(task);
      return () -> scheduled.remove(task);
    }

    void advance(Duration duration) {
      now += duration.toNanos();
    }

    void runScheduled() {
      var due = List.copyOf(scheduled);
      scheduled.clear();
      due.forEach(Runnable::run);
    }
  }
}
