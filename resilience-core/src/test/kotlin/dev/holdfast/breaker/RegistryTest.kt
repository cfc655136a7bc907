package dev.holdfast.breaker

import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.Threads
import dev.holdfast.testing.fail
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.util.random.RandomGenerator

class RegistryTest :
  FunSpec({
    val two = testConfig { failureThreshold(2) }
    val four = testConfig { failureThreshold(4) }
    val six = testConfig { failureThreshold(6) }
    val eight = testConfig { failureThreshold(8) }

    test("the waits of all breakers are spread by the registry's own source of jitter") {
      val config = testConfig { waitDurationJitter(0.5) }
      val half = RandomGenerator { Long.MIN_VALUE }
      val breakers =
        CircuitBreakers.builder().defaultConfig(config).random(half).time(ManualTime()).build()

      listOf("sonnet", "opus").forEach { name ->
        breakers.breaker(name).trip()
        breakers.breaker(name).retryAfter() shouldBe
          config.waitDurationInOpenState().multipliedBy(5).dividedBy(4)
      }
    }

    context("by default the waits are spread, too") {
      val config = testConfig { waitDurationJitter(0.5) }
      fun registry() = CircuitBreakers.builder().defaultConfig(config).time(ManualTime()).build()
      withData<() -> CircuitBreaker>(
        mapOf(
          "of a breaker" to { CircuitBreaker.of("sonnet", config, ManualTime()) },
          "of a registry" to { registry().breaker("sonnet") },
        )
      ) { make ->
        val waits = List(20) { make().apply { trip() }.retryAfter() }

        waits.toSet().size shouldBeGreaterThan 15
      }
    }

    context("settings come from the name, then from the first pattern, then from the default") {
      val breakers =
        CircuitBreakers.builder()
          .defaultConfig(six)
          .config("claude-*", four)
          .config("*-haiku", eight)
          .config("claude-haiku", two)
          .config("gpt-*-mini", two)
          .config("a*b*c", four)
          .config("literal", two)
          .build()
      withData<Pair<String, CircuitBreakerConfig>>(
        { it.first },
        "claude-haiku" to two,
        "claude-sonnet" to four,
        "claude-" to four,
        "claude" to six,
        "other-haiku" to eight,
        "other-haiku-2" to six,
        "gpt-5-mini" to two,
        "gpt--mini" to two,
        "gpt-mini" to six,
        "gpt-5-mini-2" to six,
        "gpt-mini-mini" to two,
        "abc" to four,
        "a-b-b-cc-c" to four,
        "acb" to six,
        "literal" to two,
        "liter" to six,
        "literal-2" to six,
        "*" to six,
      ) { (name, config) ->
        breakers.breaker(name).config() shouldBeSameInstanceAs config
      }
    }

    test("settings change for breakers in use and for those made later") {
      val breakers = CircuitBreakers.of(six)
      val sonnet = breakers.breaker("claude-sonnet")
      sonnet.fail(1)

      breakers.configure("claude-*", two)
      sonnet.config() shouldBeSameInstanceAs two
      breakers.breaker("claude-haiku").config() shouldBeSameInstanceAs two
      breakers.breaker("gpt").config() shouldBeSameInstanceAs six
      breakers.configureDefault(four)
      breakers.breaker("gpt").config() shouldBeSameInstanceAs four
      sonnet.fail(1)

      sonnet.isOpen shouldBe true
    }

    test("a breaker that was given settings itself keeps them while those of others change") {
      val breakers = CircuitBreakers.builder().defaultConfig(two).build()
      val own = breakers.breaker("own").also { it.configure(eight) }

      breakers.configure("other*", four)
      own.config() shouldBeSameInstanceAs eight
      breakers.configureDefault(six)
      own.config() shouldBeSameInstanceAs six
      own.configure(eight)
      breakers.configure("own", six)
      own.config() shouldBeSameInstanceAs six
    }

    test("settings that are given to two patterns change for the breakers of one of them") {
      val breakers = CircuitBreakers.builder().config("gpt*", two).defaultConfig(four).build()
      val gpt = breakers.breaker("gpt").also { it.configure(eight) }
      val sonnet = breakers.breaker("sonnet").also { it.configure(eight) }

      breakers.configure("claude*", two)
      breakers.configure("claude*", four)
      breakers.configureDefault(two)

      gpt.config() shouldBeSameInstanceAs eight
      sonnet.config() shouldBeSameInstanceAs two
    }

    test("settings that many threads change end as the last change of the rules") {
      Threads().use { threads ->
        val breakers = CircuitBreakers.of(six)
        repeat(2000) {
          val sonnet = breakers.breaker("sonnet")
          threads.race { number ->
            breakers.configure("sonnet", if (number % 2 == 0) two else four)
          }

          breakers.remove("sonnet")
          // One that is made now follows the rules as they are.
          breakers.breaker("sonnet").config() shouldBeSameInstanceAs sonnet.config()
        }
      }
    }

    test("a breaker is made without a lock, so its clock may ask the registry") {
      lateinit var breakers: CircuitBreakers
      val questions = ArrayDeque(listOf("haiku"))
      val asking = SteppingTime {
        0L.also { questions.removeFirstOrNull()?.let(breakers::breaker) }
      }
      breakers = CircuitBreakers.builder().time(asking).build()

      breakers.breaker("sonnet")

      breakers.all().map { it.name() } shouldContainExactlyInAnyOrder listOf("haiku", "sonnet")
    }

    test("a blank name and settings given twice are refused") {
      shouldThrow<IllegalArgumentException> { CircuitBreakers.ofDefaults().configure(" ", two) }
        .shouldHaveMessage("nameOrPattern must not be blank, but was ' '")
      shouldThrow<IllegalArgumentException> {
          CircuitBreakers.builder().config("a*", two).config("a*", four)
        }
        .shouldHaveMessage("name must be configured once, but was 'a*' again")
      shouldThrow<IllegalArgumentException> { CircuitBreakers.builder().maxBreakers(0) }
        .shouldHaveMessage("maxBreakers must be at least 1, but was 0")
    }

    test("when the registry is full, breakers that know nothing go, and no others") {
      val breakers =
        CircuitBreakers.builder().defaultConfig(two).maxBreakers(3).time(ManualTime()).build()
      breakers.breaker("open").trip()
      breakers.breaker("failing").fail(1)
      breakers.breaker("idle")

      repeat(100) { breakers.breaker("name $it") }

      val kept = breakers.all().map { it.name() }
      ("open" in kept) shouldBe true
      ("failing" in kept) shouldBe true
      ("idle" in kept) shouldBe false
      (kept.size <= 4) shouldBe true
    }

    test("a breaker that is asked for again and again stays") {
      val breakers = CircuitBreakers.builder().maxBreakers(2).build()
      val busy = breakers.breaker("busy")

      repeat(50) {
        breakers.breaker("busy") shouldBeSameInstanceAs busy
        breakers.breaker("name $it")
      }
    }

    test("a breaker whose very name has settings stays, and so does what hangs on it") {
      val breakers = CircuitBreakers.builder().config("named", testConfig()).maxBreakers(2).build()
      val gate = breakers.breaker("named").companion(Any::class.java) { Any() }

      repeat(50) { breakers.breaker("outside $it") }

      breakers.breaker("named").companion(Any::class.java) { Any() } shouldBeSameInstanceAs gate
    }

    test("a removed breaker is told no more, and its name gets another one") {
      val breakers = CircuitBreakers.builder().defaultConfig(two).build()
      val told = mutableListOf<String>()
      breakers.onTransition { told += it.name() }
      val removed = breakers.breaker("sonnet")

      breakers.remove("sonnet") shouldBe true
      breakers.remove("sonnet") shouldBe false
      removed.trip()

      told shouldContainExactly listOf()
      breakers.all().map { it.name() } shouldContainExactlyInAnyOrder listOf()
      breakers.breaker("sonnet") shouldNotBeSameInstanceAs removed
    }
  })
