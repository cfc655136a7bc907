package dev.holdfast.model;

import dev.holdfast.require.Require;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a chain changes in a request. It always applies to the request as the caller
 * made it, never to what the step before it made of it. Immutable.
 *
 * <p>Who makes the request applies it: the Ktor plugin by itself, other code by what {@link
 * dev.holdfast.plan.Attempt#patch} says.
 */
public final class RequestPatch {

  private static final RequestPatch NONE = builder().build();

  private final Map<String, Object> parameters;
  private final Set<String> removed;
  private final @Nullable URI endpoint;
  private final @Nullable String credential;

  private RequestPatch(Builder builder) {
    this.parameters = Map.copyOf(builder.parameters);
    this.removed = Set.copyOf(builder.removed);
    this.endpoint = builder.endpoint;
    this.credential = builder.credential;
  }

  /** A patch that changes nothing. */
  public static RequestPatch none() {
    return NONE;
  }

  /** A builder of a patch that so far changes nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** The parameters to set, such as {@code max_tokens}, with a text, a number or a boolean each. */
  public Map<String, Object> parameters() {
    return parameters;
  }

  /** The parameters to leave out. */
  public Set<String> removed() {
    return removed;
  }

  /** The base URL to send the request to; null if that stays as it is. */
  public @Nullable URI endpoint() {
    return endpoint;
  }

  /** The name of the credential to send it with; null if that stays as it is. */
  public @Nullable String credential() {
    return credential;
  }

  /** Whether it changes nothing. */
  public boolean isNone() {
    return parameters.isEmpty() && removed.isEmpty() && endpoint == null && credential == null;
  }

  /** This patch and {@code other} together; where both change the same, {@code other} decides. */
  public RequestPatch and(RequestPatch other) {
    if (isNone() || other.isNone()) {
      return isNone() ? other : this;
    }
    var both = builder();
    both.parameters.putAll(parameters);
    both.removed.addAll(removed);
    other.parameters.forEach(both::parameter);
    other.removed.forEach(both::without);
    both.endpoint = other.endpoint != null ? other.endpoint : endpoint;
    both.credential = other.credential != null ? other.credential : credential;
    return both.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RequestPatch patch
        && parameters.equals(patch.parameters)
        && removed.equals(patch.removed)
        && Objects.equals(endpoint, patch.endpoint)
        && Objects.equals(credential, patch.credential);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parameters, removed, endpoint, credential);
  }

  /** Names what is changed, but no value: a parameter may hold a prompt. */
  @Override
  public String toString() {
    return "RequestPatch[sets=%s, removes=%s, endpoint=%s, credential=%s]"
        .formatted(parameters.keySet(), removed, endpoint == null ? null : "set", credential);
  }

  /** Collects the changes. Not safe for use by many threads. */
  public static final class Builder {

    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final Set<String> removed = new LinkedHashSet<>();
    private @Nullable URI endpoint;
    private @Nullable String credential;

    private Builder() {}

    /**
     * Sets a parameter of the request.
     *
     * @param value a text, a number or a boolean
     * @throws IllegalArgumentException if the name is blank or the value of another type
     */
    public Builder parameter(String name, Object value) {
      Require.notBlank("parameter", name);
      Objects.requireNonNull(value, "value");
      if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
        throw new IllegalArgumentException(
            "parameter '%s' must be a text, a number or a boolean, but was a %s"
                .formatted(name, value.getClass().getName()));
      }
      removed.remove(name);
      parameters.put(name, value);
      return this;
    }

    /**
     * Leaves a parameter out of the request.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder without(String parameter) {
      parameters.remove(Require.notBlank("parameter", parameter));
      removed.add(parameter);
      return this;
    }

    /**
     * Sends the request to another base URL.
     *
     * @throws IllegalArgumentException if it is not absolute
     */
    public Builder endpoint(URI baseUrl) {
      if (!baseUrl.isAbsolute()) {
        throw new IllegalArgumentException(
            "endpoint must be an absolute URL, but was '%s'".formatted(baseUrl));
      }
      endpoint = baseUrl;
      return this;
    }

    /**
     * Sends the request with another credential.
     *
     * @param name its name; never the credential itself, because names are shown
     * @throws IllegalArgumentException if the name is blank
     */
    public Builder credential(String name) {
      credential = Require.notBlank("credential", name);
      return this;
    }

    /** The patch with the changes collected so far. */
    public RequestPatch build() {
      return new RequestPatch(this);
    }
  }
}
