/**
 * Answers that may be kept or shared: one upstream call for identical questions in flight, replay
 * of what was answered before, and degraded answers when no model gives one. {@link
 * dev.holdfast.answers.Answers} is the entry:
 *
 * <pre>
 * question ─ the same in flight? ─ answered lately? ─ dev.holdfast.Resilience ─ keep the answer
 *                                                              │ chain spent
 *                                                              ▼
 *                          cached exact → cached similar → static, marked as degraded, never kept
 * </pre>
 */
@NullMarked
package dev.holdfast.answers;

import org.jspecify.annotations.NullMarked;
