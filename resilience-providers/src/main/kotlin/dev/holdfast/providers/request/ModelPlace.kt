package dev.holdfast.providers.request

/** Where a request names its model. */
public enum class ModelPlace {
  /**
   * The field `model` of the body: Anthropic, OpenAI, OpenRouter, Mistral, Azure OpenAI's v1
   * surface.
   */
  BODY,
  /**
   * `/openai/deployments/{deployment}/…`: Azure OpenAI's classic surface, whose name for a model is
   * that of its deployment. A field `model` of the body does not decide there and stays as it is.
   */
  AZURE_DEPLOYMENT,
  /**
   * `/models/{model}:generateContent` or `:streamGenerateContent`: Gemini. So is the path of
   * `:countTokens`, `:embedContent` and `:batchEmbedContents`, whose bodies may name the model once
   * more; those names stay as they are.
   */
  GEMINI_PATH,
  /**
   * `/publishers/{publisher}/models/{model}:…`: Vertex AI. The publisher stays as it is, so another
   * model must be of the same one; a Claude model there has no field `model` in its body.
   */
  VERTEX_PATH,
  /**
   * `/model/{modelId}/converse`, `converse-stream`, `invoke` or `invoke-with-response-stream`:
   * Bedrock. The identifier may be an ARN.
   */
  BEDROCK_PATH;

  /**
   * Whether requests are signed over their path and body (AWS Signature Version 4), so that a model
   * must be swapped before the request is signed: a signature made earlier no longer fits.
   */
  public val isSigned: Boolean
    get() = this == BEDROCK_PATH
}
