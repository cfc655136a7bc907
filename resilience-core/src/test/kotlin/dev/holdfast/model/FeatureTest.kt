package dev.holdfast.model

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.throwable.shouldHaveMessage
import java.net.URI
import java.time.Duration

class FeatureTest :
  FunSpec({
    test("a feature holds what it was given") {
      val patch = RequestPatch.builder().parameter("max_tokens", 100).build()
      val feature =
        Feature.named("chat")
          .chain("sonnet")
          .step(ChainStep("haiku", patch))
          .deadline(Duration.ofSeconds(40))
          .build()

      feature.name() shouldBe "chat"
      feature.chain() shouldContainExactly listOf(ChainStep.of("sonnet"), ChainStep("haiku", patch))
      feature.deadline() shouldBe Duration.ofSeconds(40)
    }

    data class Row(val message: String, val build: () -> Any)
    listOf(
        Row("name must not be blank, but was ' '") { Feature.named(" ") },
        Row("model must not be blank, but was ''") { Feature.named("chat").chain("") },
        Row("model must be named once in the chain of feature 'chat', but was 'a' again") {
          Feature.named("chat").chain("a", "b", "a").build()
        },
        Row("chain of feature 'chat' must have 1 model, because it has no fallback, but had 2") {
          Feature.named("chat").chain("a", "b").noFallback().build()
        },
        Row("chain of feature 'chat' must have 1 model, because it has no fallback, but had 0") {
          Feature.named("chat").noFallback().build()
        },
        Row("deadline must be positive, but was PT0S") {
          Feature.named("chat").deadline(Duration.ZERO)
        },
        Row("parameter must not be blank, but was ''") { RequestPatch.builder().without("") },
        Row(
          "parameter 'stop' must be a text, a number or a boolean, but was a " +
            "java.util.Collections\$SingletonList"
        ) {
          RequestPatch.builder().parameter("stop", listOf("x"))
        },
        Row("endpoint must be an absolute URL, but was '/v1'") {
          RequestPatch.builder().endpoint(URI("/v1"))
        },
        Row("contextTokens must be at least 1, but was 0") { Model.named("a").contextTokens(0) },
      )
      .forEach { row ->
        test("refused: ${row.message}") {
          shouldThrow<IllegalArgumentException> { row.build() } shouldHaveMessage row.message
        }
      }

    test("two patches together change what either changes, and the second decides") {
      val one = RequestPatch.builder().parameter("a", 1).parameter("b", 2).without("c").build()
      val other = RequestPatch.builder().parameter("c", 3).without("b").credential("backup").build()

      val both = one.and(other)

      both.parameters() shouldBe mapOf("a" to 1, "c" to 3)
      both.removed() shouldBe setOf("b")
      both.credential() shouldBe "backup"
      one.and(RequestPatch.none()) shouldBe one
      RequestPatch.none().and(one) shouldBe one
      RequestPatch.none().isNone shouldBe true
    }

    test("a patch tells no value") {
      RequestPatch.builder()
        .parameter("system", "my secret prompt")
        .build()
        .toString()
        .shouldNotContain("secret")
    }

    test("a model's builder keeps all that it has") {
      val patch = RequestPatch.builder().endpoint(URI("https://eu.example")).build()
      val model = Model.named("a").requestedAs("b").contextTokens(7).patch(patch).build()

      val copy = model.toBuilder().build()

      copy.requestedAs() shouldBe "b"
      copy.contextTokens() shouldBe 7
      copy.patch() shouldBe patch
      Model.of("a").requestedAs() shouldBe "a"
    }
  })
