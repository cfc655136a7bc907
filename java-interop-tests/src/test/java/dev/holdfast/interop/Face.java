package dev.holdfast.interop;

import dev.holdfast.AttemptCall;
import dev.holdfast.Resilience;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.testkit.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** The two faces of a chain, so that a test can run one scenario through both. */
enum Face {
  BLOCKING {
    @Override
    String ask(Resilience resilience, ManualTime time, AttemptCall<String, Exception> model)
        throws Exception {
      return resilience.call(model);
    }

    @Override
    String ask(
        Resilience resilience,
        ManualTime time,
        AttemptCall<String, Exception> model,
        Function<CallFailure, String> degraded)
        throws Exception {
      return resilience.call(model, degraded);
    }
  },

  FUTURES {
    @Override
    String ask(Resilience resilience, ManualTime time, AttemptCall<String, Exception> model)
        throws Exception {
      return await(resilience.callAsync(attempt -> later(model, attempt)), time);
    }

    @Override
    String ask(
        Resilience resilience,
        ManualTime time,
        AttemptCall<String, Exception> model,
        Function<CallFailure, String> degraded)
        throws Exception {
      return await(resilience.callAsync(attempt -> later(model, attempt), degraded), time);
    }
  };

  abstract String ask(Resilience resilience, ManualTime time, AttemptCall<String, Exception> model)
      throws Exception;

  abstract String ask(
      Resilience resilience,
      ManualTime time,
      AttemptCall<String, Exception> model,
      Function<CallFailure, String> degraded)
      throws Exception;

  private static CompletableFuture<String> later(
      AttemptCall<String, Exception> model, Attempt attempt) {
    try {
      return CompletableFuture.completedFuture(model.make(attempt));
    } catch (Exception failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private static String await(CompletableFuture<String> answer, ManualTime time) throws Exception {
    for (int seconds = 0; !answer.isDone() && seconds < 600; seconds++) {
      time.advance(Duration.ofSeconds(1));
    }
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
