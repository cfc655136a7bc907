package dev.holdfast.interop.sdk;

import com.anthropic.errors.AnthropicServiceException;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.errors.OpenAIServiceException;
import dev.holdfast.outcome.Classifier;
import dev.holdfast.outcome.Failure;
import dev.holdfast.providers.Provider;
import dev.holdfast.providers.failure.ExceptionClassifier;
import dev.holdfast.providers.failure.ResponseClassifier;
import java.util.List;
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
      return anthropic
          .classifyError(e.statusCode(), name -> first(e.headers().values(name)), text(body))
          .toFailure(thrown);
    }
    if (thrown instanceof OpenAIServiceException e) {
      var body = e.body().convert(JsonNode.class);
      return openai
          .classifyError(e.statusCode(), name -> first(e.headers().values(name)), text(body))
          .toFailure(thrown);
    }
    return others.ofException(thrown);
  }

  private static @Nullable String first(List<String> values) {
    return values.isEmpty() ? null : values.get(0);
  }

  /** The SDKs' own toString is no JSON. */
  private static @Nullable String text(@Nullable JsonNode body) {
    return body == null ? null : body.toString();
  }
}
