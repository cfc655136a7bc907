package dev.holdfast.providers.failure

/**
 * The rules by which failures are classified: text with one rule a line, of which the first that
 * holds decides. Immutable, and safe for use by many threads.
 *
 * ```
 * # What it is        when
 * QUOTA_EXHAUSTED     status=400|403 code=Arrearage
 * OVERLOADED          provider=azure-openai status=429 text~"high demand"
 * as-529              status=2xx type=overloaded_error
 * CONNECTION_FAILED   thrown=com.example.NoRouteException
 * ```
 *
 * A rule begins with the name of a [dev.holdfast.outcome.FailureClass], or with `as-` and a status
 * by which the rules below judge. All its conditions must hold. `=` means is, `~` means contains,
 * both regardless of case; `|` separates alternatives; values with blanks stand in double quotes;
 * `*` is any value; `#` begins a comment. The conditions, and the fields of a body they look at,
 * are described at the head of the standard rules, the resource
 * `dev/holdfast/providers/failure/failure-rules-1.txt`.
 *
 * Text is the weakest sign: providers change it, and at times it quotes the prompt. So `text` is
 * only allowed beside `status`, and what a message quotes is not looked at.
 *
 * The standard rules follow the documentation and the public reports that were at hand; those that
 * nobody could verify are marked in the file and are conservative.
 */
public class FailureRules
private constructor(
  internal val responses: List<ResponseRule>,
  internal val thrown: List<ThrownRule>,
) {

  /** These rules after those of [extension], which therefore overrule them. */
  public fun plus(extension: FailureRules): FailureRules =
    FailureRules(extension.responses + responses, extension.thrown + thrown)

  /** Says how many rules there are. */
  override fun toString(): String =
    "FailureRules[${responses.size} for responses, ${thrown.size} for exceptions]"

  /** Reads rules. */
  public companion object {
    private const val STANDARD = "failure-rules-1.txt"

    private val standard: FailureRules by lazy {
      val text =
        checkNotNull(FailureRules::class.java.getResourceAsStream(STANDARD)) {
            "The resource $STANDARD must be beside FailureRules, but is missing"
          }
          .use { it.readBytes().decodeToString() }
      parse(text, STANDARD)
    }

    /** The rules that come with Holdfast. They are read once. */
    @JvmStatic public fun standard(): FailureRules = standard

    /**
     * Reads rules.
     *
     * @param name stands for them in messages and in [ResponseFailure.rule]: a file's name
     * @throws IllegalArgumentException if a line is no rule; the message names the line, what must
     *   hold, and the value
     */
    @JvmStatic
    @JvmOverloads
    public fun parse(text: String, name: String = "rules"): FailureRules {
      val parser = RuleParser(name).parse(text)
      return FailureRules(parser.responses.toList(), parser.thrown.toList())
    }
  }
}
