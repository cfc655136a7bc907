package dev.holdfast.providers.wait

import java.time.Duration

/**
 * How long a provider asks to wait.
 *
 * @property duration positive
 * @property source where it was found
 */
@JvmRecord public data class WaitHint(val duration: Duration, val source: WaitSource)
