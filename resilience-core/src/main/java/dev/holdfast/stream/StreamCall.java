package dev.holdfast.stream;

import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.time.Time;
import java.util.concurrent.Flow.Publisher;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all subscriptions of one publisher have in common.
 *
 * @param plans gives the plan of a call that starts now
 * @param time the clock of the plans
 * @param options which items are content
 * @param asks asks a model
 * @param degraded gives the answer when no model did; null if there is none
 */
record StreamCall<T>(
    Supplier<CallPlan<Void>> plans,
    Time time,
    StreamOptions<? super T> options,
    Function<? super Attempt, ? extends Publisher<T>> asks,
    @Nullable Function<? super CallFailure, ? extends Publisher<T>> degraded) {}
