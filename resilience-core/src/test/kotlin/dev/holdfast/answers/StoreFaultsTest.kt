package dev.holdfast.answers

import dev.holdfast.answers.Reply.Degraded
import dev.holdfast.answers.Reply.Source
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import java.lang.reflect.Proxy
import java.time.Duration
import java.time.Duration.ZERO
import java.time.Duration.ofMinutes
import java.time.Duration.ofSeconds
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

class StoreFaultsTest :
  FunSpec({
    val faults: Map<String, () -> CompletableFuture<StoredResponse<String>?>> =
      mapOf(
        "throws" to { error("secret") },
        "throws an Error" to { throw StackOverflowError() },
        "fails" to { CompletableFuture.failedFuture(IllegalStateException("secret")) },
        "is cancelled" to { CompletableFuture<StoredResponse<String>?>().apply { cancel(true) } },
      )
    for (face in Face.entries) {
      for ((fault, get) in faults) {
        test("$face: a store that $fault is one that has nothing") {
          val answers =
            AnswersFixture().answers {
              store(FakeStore(get)).replayFor(ofMinutes(5)).degradeWithin(ofMinutes(5))
              staticAnswer { "sorry" }
            }

          face.ask(answers, QUESTION, answering { "yes" }).reply().shouldBeAnswer("yes", ZERO)
          face.ask(answers, QUESTION, down()).reply().value() shouldBe "sorry"

          answers.counts().storeFailures() shouldBe 3
        }
      }

      test("$face: a store that returns no stage is one that has nothing") {
        val answers =
          AnswersFixture().answers {
            store(storeWithoutStages())
            replayFor(ofMinutes(5))
          }

        face.ask(answers, QUESTION, answering { "yes" }).reply().shouldBeAnswer("yes", ZERO)

        answers.counts().storeFailures() shouldBe 2
      }

      test("$face: a store that hangs is waited for as long as it may take, and cancelled") {
        val fixture = AnswersFixture()
        val hanging = CompletableFuture<StoredResponse<String>?>()
        val store = FakeStore({ hanging })
        val answers = fixture.answers { store(store).replayFor(ofMinutes(5)) }
        val model = answering { "yes" }

        val asker = face.ask(answers, QUESTION, model)
        awaitUntil { fixture.time.scheduled() == 1 }
        fixture.time.advance(ofSeconds(1).minusNanos(1))
        model.calls.size shouldBe 0
        fixture.time.advance(Duration.ofNanos(1))

        asker.reply().shouldBeAnswer("yes", ZERO)
        hanging.isCancelled shouldBe true
        answers.counts().storeFailures() shouldBe 1
        fixture.awaitNoTimer()
      }

      test("$face: the deadline of the call bounds the wait for the store") {
        val fixture = AnswersFixture()
        val answers =
          Answers.of<String>(fixture.resilience.withDeadline(Duration.ofMillis(300)))
            .store(FakeStore({ CompletableFuture() }))
            .replayFor(ofMinutes(5))
            .staticAnswer { "sorry" }
            .build()

        val asker = face.ask(answers, QUESTION, answering { "yes" })
        awaitUntil { fixture.time.scheduled() == 1 }
        fixture.time.advance(Duration.ofMillis(300))

        asker.reply().shouldBeInstanceOf<Degraded<String>>().source shouldBe Source.STATIC
      }

      test("$face: who gives up while the store is asked asks no model") {
        val fixture = AnswersFixture()
        for (shared in listOf(false, true)) {
          val hanging = CompletableFuture<StoredResponse<String>?>()
          val answers =
            fixture.answers {
              store(FakeStore({ hanging })).replayFor(ofMinutes(5))
              if (shared) singleFlight()
            }
          val model = answering { "yes" }

          val asker = face.ask(answers, QUESTION, model)
          awaitUntil { fixture.time.scheduled() == 1 }
          asker.leave()

          asker.failure().shouldBeInstanceOf<CancellationException>()
          awaitUntil { hanging.isCancelled && fixture.time.scheduled() == 0 }
          model.calls.size shouldBe 0
          answers.inFlight() shouldBe 0
          answers.counts().storeFailures() shouldBe 0
        }
      }

      test(
        "$face: who gives up while an answer is looked for that stands in leaves nothing behind"
      ) {
        val fixture = AnswersFixture()
        val hanging = CompletableFuture<StoredResponse<String>?>()
        val answers =
          fixture.answers {
            store(FakeStore({ hanging })).degradeWithin(ofMinutes(5)).staticAnswer { "sorry" }
          }

        val asker = face.ask(answers, QUESTION, down())
        val timerOfAttempts = if (face == Face.BLOCKING) 1 else 0
        awaitUntil { fixture.time.scheduled() == timerOfAttempts + 1 }
        asker.leave()

        asker.failure().shouldBeInstanceOf<CancellationException>()
        awaitUntil { hanging.isCancelled && fixture.time.scheduled() == timerOfAttempts }
        answers.counts().degraded() shouldBe 0
      }
    }

    test("an answer that cannot be kept is given all the same") {
      val store =
        object : ResponseStore<String> {
          override fun get(key: RequestKey): CompletionStage<StoredResponse<String>?> =
            CompletableFuture.completedFuture(null)

          override fun put(key: RequestKey, value: String): CompletionStage<*> =
            if (key.id() == "1") error("full") else CompletableFuture.failedFuture<Unit>(Error())
        }
      val answers = AnswersFixture().answers { store(store).replayFor(ofMinutes(5)) }

      for (id in listOf("1", "2")) {
        val question = Question.of(RequestKey.of("acme", id))
        Face.FUTURES.ask(answers, question, answering { "yes" }).reply().value() shouldBe "yes"
      }

      answers.counts().storeFailures() shouldBe 2
    }

    test("a store in memory forgets what is too old and what is too much") {
      val time = ManualTime()
      val store = ResponseStore.inMemory<String>(10, ofMinutes(1), time)
      fun kept(id: Int) = store.get(RequestKey.of("acme", "$id")).toCompletableFuture().join()
      store.put(RequestKey.of("acme", "0"), "yes")

      time.advance(ofSeconds(59))
      kept(0) shouldBe StoredResponse("yes", ofSeconds(59))
      time.advance(ofSeconds(2))
      kept(0) shouldBe null

      repeat(1000) { store.put(RequestKey.of("acme", "$it"), "yes") }
      (0..999).count { kept(it) != null } shouldBe 10
    }

    test("a store in memory takes a reading from before an entry for its beginning") {
      var now = 5L
      val store = ResponseStore.inMemory<String>(10, ofMinutes(1), SteppingTime { now })
      store.put(QUESTION.key, "yes")
      now = 3

      store.get(QUESTION.key).toCompletableFuture().join() shouldBe StoredResponse("yes", ZERO)
    }

    test("what cannot be is refused by name, rule and value") {
      val fixture = AnswersFixture()
      shouldThrow<IllegalArgumentException> { ResponseStore.inMemory<String>(0, ofMinutes(1)) }
        .shouldHaveMessage("maxEntries must be at least 1, but was 0")
      shouldThrow<IllegalArgumentException> { fixture.answers { replayFor(ZERO) } }
        .shouldHaveMessage("replayFor must be positive, but was PT0S")
      shouldThrow<IllegalArgumentException> { fixture.answers { replayFor(ofMinutes(1)) } }
        .shouldHaveMessage("replayFor needs a store, but there is none")
      shouldThrow<IllegalArgumentException> { fixture.answers { store(fixture.inMemory()) } }
        .shouldHaveMessage("a store needs replayFor or degradeWithin, but both are off")
    }
  })

/** As one written in Java may be. */
@Suppress("UNCHECKED_CAST")
private fun storeWithoutStages(): ResponseStore<String> {
  val type = ResponseStore::class.java
  return Proxy.newProxyInstance(type.classLoader, arrayOf(type)) { _, _, _ -> null }
    as ResponseStore<String>
}
