package dev.holdfast.answers;

import dev.holdfast.require.Require;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a request: two questions with equal keys may get the same answer. It is the same
 * for all attempts of a call and all models of its chain, so it may be sent along as the request's
 * idempotency key.
 *
 * <p>The feature of the {@link dev.holdfast.Resilience} is a part of it, which {@link Answers}
 * adds. So two tenants or two features never share an answer.
 *
 * <p><b>Pitfall:</b> everything that changes the answer belongs into the id: the prompt, the
 * history, the tools, the parameters.
 */
public final class RequestKey {

  private final String tenant;
  private final @Nullable String feature;
  private final String id;

  private RequestKey(String tenant, @Nullable String feature, String id) {
    this.tenant = tenant;
    this.feature = feature;
    this.id = id;
  }

  /**
   * The key of a request that its caller has named.
   *
   * @param tenant whose request it is
   * @param id the same for the same request of this tenant, and for no other one
   * @throws IllegalArgumentException if either is blank
   */
  public static RequestKey of(String tenant, String id) {
    return new RequestKey(Require.notBlank("tenant", tenant), null, Require.notBlank("id", id));
  }

  /**
   * The key of a request that is known by its content. The id is 64 hexadecimal digits: SHA-256
   * over the length of the tenant's name in UTF-8, that name, and the request.
   *
   * @param request the request in a canonical form; it is not kept
   * @throws IllegalArgumentException if the tenant is blank
   */
  public static RequestKey sha256(String tenant, byte[] request) {
    var name = Require.notBlank("tenant", tenant).getBytes(StandardCharsets.UTF_8);
    Objects.requireNonNull(request, "request");
    var digest = sha256();
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, name.length));
    digest.update(name);
    return new RequestKey(tenant, null, HexFormat.of().formatHex(digest.digest(request)));
  }

  /** Whose request it is. */
  public String tenant() {
    return tenant;
  }

  /** The feature that the request belongs to; null if it belongs to none, or none is known yet. */
  public @Nullable String feature() {
    return feature;
  }

  /** The request among those of its tenant and feature. */
  public String id() {
    return id;
  }

  /** This request as one of the given feature. */
  RequestKey within(@Nullable String ofFeature) {
    return Objects.equals(feature, ofFeature) ? this : new RequestKey(tenant, ofFeature, id);
  }

  /** The request of another content by the same tenant and of the same feature. */
  RequestKey withContent(byte[] content) {
    return sha256(tenant, content).within(feature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RequestKey key
        && id.equals(key.id)
        && tenant.equals(key.tenant)
        && Objects.equals(feature, key.feature);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * id.hashCode() + tenant.hashCode()) + Objects.hashCode(feature);
  }

  /** Shows neither the tenant nor the id, which may be a part of the request. */
  @Override
  public String toString() {
    return "RequestKey[feature=%s]".formatted(feature);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every JDK has SHA-256, but this one has not", absent);
    }
  }
}
