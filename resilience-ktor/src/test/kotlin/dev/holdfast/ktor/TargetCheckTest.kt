package dev.holdfast.ktor

import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.patch
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.step
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import java.net.URI

class TargetCheckTest :
  FunSpec({
    context("what nobody declared is refused when the plugin is installed") {
      withData<Pair<LlmResilienceConfig.() -> Unit, String>>(
        { it.second },
        Pair(
          { model(SONNET) { patch { credential("eu") } } },
          "model '$SONNET': credential must be one of [], but was 'eu'",
        ),
        Pair(
          {
            model(SONNET)
            credential("us") { bearer("SECRET") }
            feature("chat") { step(SONNET) { credential("eu") } }
          },
          "step '$SONNET' of feature 'chat': credential must be one of [us], but was 'eu'",
        ),
        Pair(
          { model(SONNET) { patch { endpoint(URI("ftp://a.example")) } } },
          "endpoint must be an http or https URL, but was one of 'ftp'",
        ),
        Pair(
          {
            model(SONNET)
            headers("x") {}
          },
          "headers must be for one of [$SONNET], but was 'x'",
        ),
        Pair(
          {
            model(SONNET)
            transform("x") { original, _ -> original }
          },
          "transform must be for one of [$SONNET], but was 'x'",
        ),
        Pair(
          {
            credential("eu") { bearer("SECRET") }
            credential("eu") { bearer("SECRET") }
          },
          "credential must be declared once, but was again for 'eu'",
        ),
        Pair({ credential("eu") {} }, "credential 'eu' must have a header, but has none"),
        Pair({ credential(" ") {} }, "credential must not be blank, but was ' '"),
        Pair(
          { credential("eu") { bearer("SECRET\n") } },
          "value of header 'Authorization' must hold no control character, but holds one",
        ),
        Pair(
          { provider("https://x", dev.holdfast.providers.Provider.OPENAI) },
          "host must have no scheme, port or path, but was 'https://x'",
        ),
      ) { (configure, message) ->
        val failure = runCatching { HttpClient(CIO) { install(LlmResilience, configure) } }

        failure.exceptionOrNull()?.message shouldBe message
      }
    }

    context("with an instance that is shared, too") {
      fun shared(patch: dev.holdfast.model.RequestPatch.Builder.() -> Unit = {}) = resilience {
        model(SONNET) { patch(patch) }
        model(HAIKU)
        feature("chat") { chain(HAIKU) }
      }
      withData<Pair<LlmResilienceConfig.() -> Unit, String>>(
        { it.second },
        Pair(
          {
            use(shared())
            headers("x") {}
          },
          "headers must be for one of [$SONNET, $HAIKU], but was 'x'",
        ),
        Pair(
          {
            use(shared())
            transform("x") { original, _ -> original }
          },
          "transform must be for one of [$SONNET, $HAIKU], but was 'x'",
        ),
        Pair(
          { use(shared { endpoint(URI("ftp://a.example")) }) },
          "endpoint must be an http or https URL, but was one of 'ftp'",
        ),
        Pair(
          {
            use(shared { credential("eu") })
            credential("us") { bearer("SECRET") }
          },
          "model '$SONNET': credential must be one of [us], but was 'eu'",
        ),
      ) { (configure, message) ->
        val failure = runCatching { HttpClient(CIO) { install(LlmResilience, configure) } }

        failure.exceptionOrNull()?.message shouldBe message
      }
    }

    test("a client that declares no credentials leaves those of a shared instance to others") {
      val shared = resilience { model(SONNET) { patch { credential("eu") } } }

      HttpClient(CIO) { install(LlmResilience) { use(shared) } }.close()
    }
  })
