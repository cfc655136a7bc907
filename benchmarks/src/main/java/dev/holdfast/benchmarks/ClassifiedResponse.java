package dev.holdfast.benchmarks;

import dev.holdfast.providers.Provider;
import dev.holdfast.providers.failure.ResponseClassifier;
import dev.holdfast.providers.failure.ResponseFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a response means, from its status, headers and body. */
public class ClassifiedResponse {

  /** A 429 of OpenAI's that nearly all rules pass by, with a body of 2 KiB. */
  @State(Scope.Benchmark)
  public static class Response {
    private static final String MESSAGE =
        "Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000,"
            + " Used 29500, Requested 1200. Please try again in 1.4s. ";
    private static final String REST =
        "\",\"type\":\"tokens\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}";
    private static final String START = "{\"error\":{\"message\":\"";

    private final ResponseClassifier classifier = ResponseClassifier.of(Provider.OPENAI);
    private final Map<String, String> headers =
        Map.of("content-type", "application/json", "x-request-id", "req_1");
    private final String body =
        START
            + MESSAGE
            + "x ".repeat((2048 - START.length() - MESSAGE.length() - REST.length()) / 2)
            + REST;
    private int success = 200;
    private int failure = 429;
  }

  @Benchmark
  public @Nullable ResponseFailure failure(Response response) {
    return response.classifier.classify(response.failure, response.headers::get, response.body);
  }

  @Benchmark
  public @Nullable ResponseFailure success(Response response) {
    return response.classifier.classify(response.success, response.headers::get, response.body);
  }
}
