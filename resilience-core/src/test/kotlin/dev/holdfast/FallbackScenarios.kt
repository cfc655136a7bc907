package dev.holdfast

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.CONTENT_REFUSED
import dev.holdfast.outcome.FailureClass.CONTEXT_TOO_LONG
import dev.holdfast.outcome.FailureClass.FORBIDDEN
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.QUOTA_EXHAUSTED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REGION_BLOCKED
import dev.holdfast.outcome.FailureClass.REQUEST_EXCEEDS_LIMIT
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNAUTHENTICATED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.testing.trip
import java.time.Duration

private val aMinute = Duration.ofMinutes(1)

/** Which of the other models may be asked after a failure. */
val fallbackScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "a model of the quota pool that is used up is passed over",
      listOf(fails(RATE_LIMITED, hintSeconds = 60), answers()),
      listOf("one at 0", "other at 0", "answer yes at 0"),
      configure = chain(pool("one"), pool("twin"), Model.named("other")),
      feature = "chain",
    ),
    CallScenario(
      "a request that is more than the limit goes to no model of the same pool",
      listOf(fails(REQUEST_EXCEEDS_LIMIT)),
      listOf("one at 0", "REQUEST_EXCEEDS_LIMIT, suppressed 0 at 0"),
      configure = chain(pool("one"), pool("twin")),
      feature = "chain",
    ),
    CallScenario(
      "a pool that other calls have used up is passed over as a whole",
      listOf(answers()),
      listOf("other at 0", "answer yes at 0"),
      configure = chain(pool("one"), pool("twin"), Model.named("other")),
      feature = "chain",
      prepare = { closeGate("twin", aMinute) },
    ),
    CallScenario(
      "a pool that opens soon is waited for, at its first model",
      listOf(answers()),
      listOf("one at 7", "answer yes at 7"),
      configure = chain(pool("one"), pool("twin")),
      feature = "chain",
      prepare = { closeGate("twin", Duration.ofSeconds(7)) },
    ),
    CallScenario(
      "a pool that is used up leads to the degraded answer",
      listOf(fails(RATE_LIMITED, hintSeconds = 60)),
      listOf("one at 0", "answer degraded after 1 at 0"),
      configure = chain(pool("one"), pool("twin")),
      feature = "chain",
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "a model that is down leads to another one of its pool",
      List(3) { fails(OVERLOADED) } + answers(),
      listOf("one at 0", "one at 1", "one at 2", "twin at 2", "answer yes at 2"),
      configure = chain(pool("one"), pool("twin")),
      feature = "chain",
    ),
    CallScenario(
      "an account without credit is left for another one",
      listOf(fails(QUOTA_EXHAUSTED), answers()),
      listOf("one at 0", "other at 0", "answer yes at 0"),
      configure = chain(account("one"), account("twin"), Model.named("other").account("theirs")),
      feature = "chain",
    ),
    CallScenario(
      "an account without credit is known to later calls if the provider said for how long",
      listOf(answers()),
      listOf("other at 0", "answer yes at 0"),
      configure = chain(account("one"), account("twin"), Model.named("other")),
      feature = "chain",
      prepare = { fails(QUOTA_EXHAUSTED, "twin", aMinute) },
    ),
    CallScenario(
      "a blocked region is one of the account",
      listOf(fails(REGION_BLOCKED), answers()),
      listOf("one at 0", "other at 0", "answer yes at 0"),
      configure = chain(account("one"), account("twin"), Model.named("other").account("theirs")),
      feature = "chain",
    ),
    CallScenario(
      "a model that is not allowed leads to another one of the same credential",
      listOf(fails(FORBIDDEN), answers()),
      listOf("one at 0", "twin at 0", "answer yes at 0"),
      configure = chain(credential("one"), credential("twin")),
      feature = "chain",
    ),
    CallScenario(
      "a wrong credential is the caller's to see, whatever other there is",
      listOf(fails(UNAUTHENTICATED)),
      listOf("one at 0", "UNAUTHENTICATED, suppressed 0 at 0"),
      configure = chain(credential("one"), Model.named("other").credential("other")),
      feature = "chain",
    ),
    CallScenario(
      "too long a request goes to a larger context only",
      listOf(fails(CONTEXT_TOO_LONG), answers()),
      listOf("small at 0", "large at 0", "answer yes at 0"),
      configure = chain(sized("small", 8), sized("same", 8), Model.named("any"), sized("large", 9)),
      feature = "chain",
    ),
    CallScenario(
      "a request too long for a larger context as well goes to one that is larger still",
      listOf(fails(CONTEXT_TOO_LONG), fails(CONTEXT_TOO_LONG), answers()),
      listOf("small at 0", "large at 0", "huge at 0", "answer yes at 0"),
      configure = chain(sized("small", 8), sized("large", 9), sized("tiny", 1), sized("huge", 99)),
      feature = "chain",
    ),
    CallScenario(
      "a request too long for the largest is the caller's to shorten",
      listOf(fails(CONTEXT_TOO_LONG)),
      listOf("large at 0", "CONTEXT_TOO_LONG, suppressed 0 at 0"),
      configure = chain(sized("large", 9), sized("small", 8)),
      feature = "chain",
      degraded = { "never" },
    ),
    CallScenario(
      "a request that is too long goes to no model of unknown size",
      listOf(fails(CONTEXT_TOO_LONG)),
      listOf("a at 0", "CONTEXT_TOO_LONG, suppressed 0 at 0"),
      degraded = { "never" },
    ),
    CallScenario(
      "a larger context that is down leads to the degraded answer, not back to a smaller one",
      listOf(fails(CONTEXT_TOO_LONG), fails(UNKNOWN)),
      listOf("small at 0", "large at 0", "answer degraded after 2 at 0"),
      configure = chain(sized("small", 8), sized("large", 9), sized("tiny", 1)),
      feature = "chain",
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "what one failure forbids is forbidden after another one too",
      listOf(fails(RATE_LIMITED, hintSeconds = 60), fails(SERVER_ERROR, seconds = 1)) +
        List(2) { fails(SERVER_ERROR) } +
        answers(),
      listOf("one at 0", "other at 0", "other at 2", "other at 3", "last at 3", "answer yes at 3"),
      configure = chain(pool("one"), Model.named("other"), pool("twin"), Model.named("last")),
      feature = "chain",
    ),
    CallScenario(
      "a request that one model finds wrong goes to the next one if that was asked for",
      listOf(fails(INVALID_REQUEST), answers()),
      listOf("one at 0", "other at 0", "answer yes at 0"),
      configure = chain(Model.named("one"), Model.named("other")) { fallBackOn(INVALID_REQUEST) },
      feature = "chain",
    ),
    CallScenario(
      "a refused content goes to the next model if that was asked for of all features",
      listOf(fails(CONTENT_REFUSED), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0"),
      configure = { fallBackOn(CONTENT_REFUSED) },
    ),
    CallScenario(
      "what was asked for of all features is not what a feature asks for itself",
      listOf(fails(CONTENT_REFUSED)),
      listOf("one at 0", "CONTENT_REFUSED, suppressed 0 at 0"),
      configure = {
        chain(Model.named("one"), Model.named("other")) { fallBackOn(INVALID_REQUEST) }()
        fallBackOn(CONTENT_REFUSED)
      },
      feature = "chain",
      degraded = { "never" },
    ),
    CallScenario(
      "a content that every model refuses is shown to the caller and not degraded",
      List(2) { fails(CONTENT_REFUSED) },
      listOf("a at 0", "b at 0", "CONTENT_REFUSED, suppressed 1 at 0"),
      configure = { fallBackOn(CONTENT_REFUSED) },
      degraded = { "never" },
    ),
    CallScenario(
      "an invalid credential leads to a model with another one if that was asked for",
      listOf(fails(UNAUTHENTICATED), answers()),
      listOf("one at 0", "other at 0", "answer yes at 0"),
      configure =
        chain(credential("one"), credential("twin"), Model.named("other")) {
          fallBackOn(UNAUTHENTICATED)
        },
      feature = "chain",
    ),
    CallScenario(
      "an invalid credential that all models share is shown to the caller",
      listOf(fails(UNAUTHENTICATED)),
      listOf("one at 0", "UNAUTHENTICATED, suppressed 0 at 0"),
      configure = chain(credential("one"), credential("twin")) { fallBackOn(UNAUTHENTICATED) },
      feature = "chain",
      degraded = { "never" },
    ),
    CallScenario(
      "the next model that is down after a refusal leads to the degraded answer",
      listOf(fails(CONTENT_REFUSED)),
      listOf("a at 0", "answer degraded after 1 at 0"),
      configure = { fallBackOn(CONTENT_REFUSED) },
      degraded = { "degraded after ${it.attempts}" },
      prepare = { breakers().breaker("b").trip() },
    ),
  )

/** A feature named `chain` that asks these models. */
private fun chain(
  vararg models: Model.Builder,
  configure: Feature.Builder.() -> Unit = {},
): ResilienceBuilder.() -> Unit = {
  val built = models.map { it.build() }
  built.forEach(::model)
  val names = built.map { it.name() }.toTypedArray()
  feature(Feature.named("chain").chain(*names).apply(configure).build())
}

private fun pool(name: String) = Model.named(name).quotaPool("ours")

private fun account(name: String) = Model.named(name).account("ours")

private fun credential(name: String) = Model.named(name).credential("ours")

private fun sized(name: String, tokens: Int) = Model.named(name).contextTokens(tokens)
