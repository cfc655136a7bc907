package dev.holdfast

import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.ChainStep
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.model.RequestPatch
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallRecord
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class FeaturesTest :
  FunSpec({
    fun builder() =
      Resilience.builder()
        .model(Model.named("a").circuitBreaker(testConfig()).build())
        .model(Model.of("b"))
        .model(Model.of("c"))
        .classifier(FaultClassifier)
        .retry(Retry.builder().maxAttempts(1).build())
        .time(ManualTime())

    fun Resilience.asked(): List<String> {
      val asked = mutableListOf<String>()
      runCatching {
        call<String, Exception> {
          asked += it.target
          throw Fault(SERVER_ERROR)
        }
      }
      return asked
    }

    test("each feature has its own chain and deadline, and shares the breakers") {
      val resilience =
        builder()
          .feature(Feature.named("chat").chain("c", "a").deadline(Duration.ofSeconds(9)).build())
          .feature(Feature.named("code").chain("b").noFallback().build())
          .feature(Feature.named("all").build())
          .build()

      resilience.feature("chat").asked() shouldContainExactly listOf("c", "a")
      resilience.feature("code").asked() shouldContainExactly listOf("b")
      resilience.feature("all").asked() shouldContainExactly listOf("a", "b", "c")
      resilience.feature("chat").deadline() shouldBe Duration.ofSeconds(9)
      resilience.feature("code").deadline() shouldBe resilience.deadline()
      resilience.breakers().breaker("a").forceOpen()
      resilience.feature("chat").asked() shouldContainExactly listOf("c")
    }

    test("a step's changes come with the attempt, on top of its model's, and never add up") {
      fun patch(name: String, value: Any) = RequestPatch.builder().parameter(name, value).build()
      val attempts = mutableListOf<Attempt>()
      val resilience =
        builder()
          .model(Model.named("eu").requestedAs("a").patch(patch("top_p", 1)).build())
          .feature(
            Feature.named("chat")
              .step(ChainStep("a", patch("max_tokens", 10)))
              .step(ChainStep("eu", patch("stop", "x")))
              .build()
          )
          .build()

      runCatching {
        resilience.feature("chat").call<String, Exception> {
          attempts += it
          throw Fault(SERVER_ERROR)
        }
      }

      attempts.map { it.patch.parameters() } shouldContainExactly
        listOf(mapOf("max_tokens" to 10), mapOf("top_p" to 1, "stop" to "x"))
      attempts.map { it.model to it.target } shouldContainExactly listOf("a" to "a", "a" to "eu")
    }

    test("a feature's bulkhead is its own, and the same for all of its calls") {
      val resilience =
        builder()
          .feature(
            Feature.named("chat")
              .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(1).maxQueue(0).build())
              .build()
          )
          .build()
      val inner = mutableListOf<Result<String>>()

      val answer =
        resilience.feature("chat").call<String, Exception> {
          inner += runCatching { resilience.feature("chat").call<String, Exception> { "2" } }
          inner += runCatching { resilience.call<String, Exception> { "3" } }
          "1"
        }

      answer shouldBe "1"
      inner.map { it.getOrNull() } shouldContainExactly listOf(null, "3")
      resilience.feature("chat").call<String, Exception> { "again" } shouldBe "again"
    }

    test("mistakes are told when the object is built") {
      shouldThrow<IllegalArgumentException> {
        builder().feature(Feature.named("chat").chain("a", "d").build()).build()
      } shouldHaveMessage
        "chain of feature 'chat' must name declared models, but has 'd'; declared are [a, b, c]"
      shouldThrow<IllegalArgumentException> {
        builder().feature(Feature.named("x").build()).feature(Feature.named("x").build())
      } shouldHaveMessage "feature must be declared once, but was 'x' again"
      shouldThrow<IllegalArgumentException> { builder().reservedForLast(1.0) } shouldHaveMessage
        "reservedForLast must be at least 0 and below 1, but was 1.0"
      shouldThrow<IllegalArgumentException> { builder().build().feature("x") } shouldHaveMessage
        "feature must be one of [], but was 'x'"
    }

    test("chains that are probably not meant are warned of") {
      val resilience =
        Resilience.builder()
          .model(Model.named("a").quotaPool("p").contextTokens(200).build())
          .model(Model.named("b").quotaPool("p").contextTokens(100).build())
          .model(Model.of("c"))
          .feature(Feature.named("chat").chain("b", "a").build())
          .feature(Feature.named("one").chain("a").build())
          .build()

      resilience.warnings().map { it.feature to it.kind } shouldContainExactly
        listOf(
          null to ChainWarning.Kind.SMALLER_CONTEXT,
          "chat" to ChainWarning.Kind.ONE_QUOTA_POOL,
        )
      builder().build().warnings().shouldBeEmpty()
    }

    test("calls are counted for each feature and model, and their records told") {
      val resilience = builder().feature(Feature.named("chat").chain("a", "b").build()).build()
      val records = mutableListOf<CallRecord>()
      val subscription = resilience.onCall { records += it }
      resilience.onCall { error("a listener that throws") }
      val chat = resilience.feature("chat")

      repeat(3) {
        chat.call<String, Exception> { if (it.model == "a") throw Fault(SERVER_ERROR) else "b's" }
      }
      chat.asked()
      subscription.close()
      chat.call<String, Exception>({ throw Fault(SERVER_ERROR) }, { "degraded" })
      resilience.call<String, Exception> { "a's" }

      val counts = resilience.counts().filter { it.calls > 0 }
      counts.map { it.feature } shouldContainExactly listOf("chat", null)
      counts.first().run {
        listOf(calls, fallbacks, degraded, failures, cancelled, circuitOpened) shouldContainExactly
          listOf(5, 3, 1, 1, 0, 1)
      }
      records.map { it.served } shouldContainExactly listOf("b", "b", "b", null)
      records.map { it.fellBack() } shouldContainExactly listOf(true, true, true, false)
    }

    test("counters are ordered by feature and model, and those of no feature are last") {
      val resilience =
        builder()
          .feature(Feature.named("zoo").build())
          .feature(Feature.named("chat").build())
          .build()
      resilience.feature("zoo").forModel("b").asked()

      resilience.counts().map { "${it.feature} ${it.model}" } shouldContainExactly
        listOf("chat a", "zoo a", "zoo b", "null a")
    }

    test("names beyond a thousand are counted as one, and those known before by themselves") {
      val resilience = builder().build()
      fun ask(model: String) = resilience.forModel(model).call<String, Exception> { "answer" }

      repeat(1_100) { ask("model $it") }
      ask("model 0")

      val counts = resilience.counts().associate { it.model to it.calls }
      counts.size shouldBe 1_001
      counts["model 0"] shouldBe 2
      counts.values.sum() shouldBe 1_101
    }

    test("a breaker that left the registry is replaced by the one that came instead") {
      val resilience = builder().build()
      resilience.asked()
      val before = resilience.breakers().breaker("a")
      resilience.breakers().remove("a")

      resilience.asked()

      val after = resilience.breakers().breaker("a")
      before.failures() shouldBe 1
      after.failures() shouldBe 1
      after shouldBeSameInstanceAs resilience.breakers().breaker("a")
    }
  })
