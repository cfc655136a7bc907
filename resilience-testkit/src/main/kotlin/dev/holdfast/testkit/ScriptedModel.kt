package dev.holdfast.testkit

/**
 * The script of one model of a [ScriptedProvider]. A request takes the first behaviour of [next]
 * that is left; when none is left, that of [always] or [script], whichever was set last.
 *
 * Safe for use by many threads; a change holds for the requests that arrive after it.
 */
public class ScriptedModel internal constructor(private val monitor: Monitor) {
  private val queue = ArrayDeque<Script>()
  private var standing: Script? = null

  /** Answers each request with [behaviour] until this is changed. Leaves [next] alone. */
  public fun always(behaviour: Behaviour): ScriptedModel = script { behaviour }

  /** Answers one request with each of [behaviours], in order, after those of earlier calls. */
  public fun next(vararg behaviours: Behaviour): ScriptedModel = apply {
    monitor.change { behaviours.forEach { queue.add(Script { _ -> it }) } }
  }

  /** Asks [script] at each request's arrival until this is changed. Leaves [next] alone. */
  public fun script(script: Script): ScriptedModel = apply { monitor.change { standing = script } }

  /** Takes what answers the next request; `null` if nothing was scripted. */
  internal fun take(): Script? = queue.removeFirstOrNull() ?: standing
}
