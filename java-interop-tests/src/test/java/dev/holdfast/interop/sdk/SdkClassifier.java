package dev.holdfast.interop.sdk;

import com.anthropic.errors.AnthropicServiceException;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.errors.OpenAIServiceException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.Failure;
import dev.holdfast.providers.Provider;
import dev.holdfast.providers.failure.ExceptionClassifier;
import dev.holdfast.providers.failure.ResponseClassifier;
import dev.holdfast.providers.failure.ResponseFailure;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All that an application has to write to have the exceptions of the vendors' SDKs classified. */
final class SdkClassifier implements Classifier<@Nullable Object> {

  private final ResponseClassifier anthropic = ResponseClassifier.of(Provider.ANTHROPIC);
  private final ResponseClassifier openai = ResponseClassifier.of(Provider.OPENAI);
  private final ExceptionClassifier others = ExceptionClassifier.of();

  @Override
  public Failure ofException(Throwable thrown) {
    if (thrown instanceof AnthropicServiceException e) {
      var body = e.body().convert(JsonNode.class);
      return response(anthropic, e.statusCode(), e.headers()::values, body).toFailure(e);
    }
    if (thrown instanceof OpenAIServiceException e) {
      var body = e.body().convert(JsonNode.class);
      return response(openai, e.statusCode(), e.headers()::values, body).toFailure(e);
    }
    return others.ofException(thrown);
  }

  /** The SDKs' own toString of a body is no JSON. */
  private static ResponseFailure response(
      ResponseClassifier classifier,
      int status,
      Function<String, List<String>> headers,
      @Nullable JsonNode body) {
    return classifier.classifyError(
        status,
        name -> headers.apply(name).stream().findFirst().orElse(null),
        body == null ? null : body.toString());
  }
}
