package dev.holdfast.ktor

import dev.holdfast.coroutines.fixed
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.supervisorScope

class ClosedClientTest :
  FunSpec({
    context(
      "a call whose client is closed between its attempts makes no other, and blames no model"
    ) {
      withData(ENGINES.keys) { engine ->
        val shared = resilience {
          model(SONNET)
          model(HAIKU)
          retry {
            maxAttempts(3)
            backoff(fixed(1.seconds))
          }
        }
        withEngine(engine, { use(shared) }) { provider, client ->
          provider.anyModel().always(Behaviour.overloaded())
          supervisorScope {
            val call = async { runCatching { client.ask(provider) } }
            // The failure of the first attempt has been counted once its pause has begun.
            eventually(10.seconds) { shared.breakers().breaker(SONNET).failures() shouldBe 1 }
            client.close()

            call.await().isFailure shouldBe true
          }

          provider.requests() shouldHaveSize 1
          shared.breakers().breaker(SONNET).failures() shouldBe 1
          shared.breakers().breaker(HAIKU).failures() shouldBe 0
        }
      }
    }
  })
