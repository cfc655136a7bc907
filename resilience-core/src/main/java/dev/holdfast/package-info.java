/**
 * Keeps calls to language models answering while the models behind them fail. {@link
 * dev.holdfast.Resilience} is the entry; the story of one call:
 *
 * <pre>
 * call ─ deadline ─ for each model of the chain ─ retry loop ─┐
 *                        ▲               ▲                    ▼
 *          next model ───┘               │      [ throttle gate → breaker permit
 *          pause (max(backoff, hint), ───┘        → attempt timeout → YOUR CALL ]
 *                 within the deadline)                        │
 *                        ▲                                    │
 *                        └── decide ◄── breaker and gate record ◄── classify the outcome
 * after the last model: the degraded answer, or the last failure with the earlier ones suppressed
 * </pre>
 */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
