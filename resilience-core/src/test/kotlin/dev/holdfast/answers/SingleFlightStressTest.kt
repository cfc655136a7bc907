package dev.holdfast.answers

import dev.holdfast.Resilience
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.coroutines.answers
import dev.holdfast.model.Model
import dev.holdfast.testing.Threads
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

/** Many threads ask a few questions in all ways at once. */
class SingleFlightStressTest :
  FunSpec({
    val keys = 3
    fun question(key: Int) = Question.of(RequestKey.of("acme", "$key"))
    fun resilience() = Resilience.builder().model(Model.of("a")).build()

    test("no key ever has two calls under way, and every question is answered") {
      val answers = answers<String>(resilience()) { singleFlight() }
      val underWay = List(keys) { AtomicInteger() }
      val overlaps = ConcurrentLinkedQueue<Int>()
      val made = AtomicInteger()

      Threads(6).use { threads ->
        threads.race { thread ->
          val random = Random(thread)
          repeat(400) {
            val key = random.nextInt(keys)
            val model = FakeModel { _, stage ->
              if (underWay[key].incrementAndGet() > 1) overlaps += key
              made.incrementAndGet()
              // Completed by another thread, so that others can join meanwhile.
              CompletableFuture.runAsync {
                underWay[key].decrementAndGet()
                stage.complete("$key")
              }
            }
            val face = if (it % 20 == 0) Face.BLOCKING else Face.entries[1 + random.nextInt(2)]
            check(face.ask(answers, question(key), model).reply().value() == "$key")
          }
        }
      }

      overlaps.shouldBeEmpty()
      answers.inFlight() shouldBe 0
      val counts = answers.counts()
      counts.asked() shouldBe 6 * 400
      counts.joined() shouldBeGreaterThan 0
      counts.joined() + made.get() shouldBe counts.asked()
    }

    test("when anyone may leave at any time, no flight and no call is left behind") {
      val answers = answers<String>(resilience()) { singleFlight() }
      val stages = ConcurrentHashMap.newKeySet<CompletableFuture<String>>()

      Threads(6).use { threads ->
        threads.race { thread ->
          val random = Random(thread)
          repeat(400) {
            val model = FakeModel { _, stage ->
              stages += stage
              CompletableFuture.runAsync { if (stage.hashCode() % 3 != 0) stage.complete("yes") }
            }
            val face = if (it % 20 == 0) Face.BLOCKING else Face.entries[1 + random.nextInt(2)]
            val asker = face.ask(answers, question(random.nextInt(keys)), model)
            repeat(random.nextInt(2000)) { Thread.onSpinWait() }
            asker.leave()
            runCatching { asker.reply() }
          }
        }
      }

      awaitUntil { answers.inFlight() == 0 && stages.all { it.isDone } }
    }
  })
