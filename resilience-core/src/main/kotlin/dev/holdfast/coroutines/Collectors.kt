package dev.holdfast.coroutines

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/**
 * Whether what a collector has just thrown is its own. A flow with coroutines of its own, as
 * `channelFlow` and `flowOn` make them, cancels a collector that is at work when it fails; then
 * that failure is what the collection throws.
 */
internal suspend fun isCollectorsOwn(): Boolean = currentCoroutineContext().isActive
