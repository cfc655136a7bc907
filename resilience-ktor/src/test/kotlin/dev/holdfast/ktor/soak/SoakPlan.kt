package dev.holdfast.ktor.soak

import kotlin.random.Random

/** How a caller asks, and reads the answer. */
internal enum class Way(val isStream: Boolean, val isRead: Boolean) {
  /** `post { }` for one JSON value. */
  WHOLE(isStream = false, isRead = false),
  /** `execute { }` for one JSON value. */
  WHOLE_WITHIN(isStream = false, isRead = true),
  LINES(isStream = true, isRead = true),
  PIECES(isStream = true, isRead = true),
  /** `post { }` for a stream. */
  STREAM_AT_ONCE(isStream = true, isRead = false),
  /** `client.sse { }` */
  SESSION(isStream = true, isRead = true),
}

/** What a caller does beside reading. */
internal enum class Conduct {
  READS,
  /** Waits between what it reads. */
  DAWDLES,
  /** Returns after so many events. */
  LEAVES,
  /** Throws after so many events. */
  THROWS,
  /** Is cancelled by what it has read. */
  IS_CANCELLED_READING,
  /** Is cancelled after some time, wherever the call is then. */
  IS_CANCELLED,
  /** Asks within `withTimeout`. */
  GIVES_UP,
}

/** What one call does, all of it drawn from the seed. */
internal class SoakPlan(val number: Int, private val seed: Long, ways: List<Way>) {

  private val random = Random(seed * PRIME + number)
  val way: Way = ways[random.nextInt(ways.size)]
  val feature: String? = FEATURES[random.nextInt(FEATURES.size)]
  val model: String = MODELS[random.nextInt(MODELS.size)]

  val conduct: Conduct =
    when (random.nextInt(100)) {
      in 0..54 -> Conduct.READS
      in 55..62 -> Conduct.DAWDLES
      in 63..69 -> Conduct.LEAVES
      in 70..74 -> Conduct.THROWS
      in 75..79 -> Conduct.IS_CANCELLED_READING
      in 80..93 -> Conduct.IS_CANCELLED
      else -> Conduct.GIVES_UP
    }

  /** How many events the caller reads before it does what it does. */
  val events: Int = random.nextInt(SoakAnswers.EVENTS + 1)

  /** How long it waits for that. Short waits meet calls that queue or are being sent. */
  val micros: Long = random.nextLong(if (random.nextBoolean()) 2_000 else 60_000)

  /** Whether what the caller sees says how the call ended. */
  val isSure: Boolean = conduct == Conduct.READS || conduct == Conduct.DAWDLES

  /** What the server does with an attempt of this call. */
  fun fate(attempt: Int): Fate {
    val drawn = Random((seed * PRIME + number) * PRIME + attempt)
    return Fate(Fault.draw(drawn.nextInt(Int.MAX_VALUE)), drawn.nextInt(SoakAnswers.EVENTS))
  }

  override fun toString(): String = "call $number ($way, $conduct, $feature, $model)"

  companion object {
    private const val PRIME = 1_000_003L
    val MODELS: List<String> = listOf("model-a", "model-b", "model-c")

    /** Those whose answers are read whole, and so may be kept and shared, and some that are not. */
    val SHARED_WAYS: List<Way> =
      List(3) { Way.WHOLE } + List(3) { Way.STREAM_AT_ONCE } + listOf(Way.LINES, Way.SESSION)

    /** Those with a bulkhead, the one without fallback, and none. */
    val FEATURES: List<String?> = listOf("chat", "batch", "single", null)

    /** The questions that are asked: for each model and feature one JSON value, and a stream. */
    val QUESTIONS: Int = MODELS.size * FEATURES.size * 2
  }
}
