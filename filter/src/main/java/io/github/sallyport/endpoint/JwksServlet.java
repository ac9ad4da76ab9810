package io.github.sallyport.endpoint;

import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.token.SigningKeys;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys that verify our tokens, at {@code /sallyport/jwks.json} (RFC 7517 section 5). */
public final class JwksServlet extends DocumentServlet {
  private static final long serialVersionUID = 1L;

  private final transient Supplier<KeySet> published;

  /**
   * @param published as {@link SigningKeys#published()}; asked at each request
   */
  public JwksServlet(Supplier<KeySet> published) {
    super(SigningKeys.MAX_AGE);
    this.published = published;
  }

  @Override
  Map<String, ?> document() {
    List<Map<String, @Nullable Object>> keys =
        published.get().keys().stream().map(SigningKey::jwk).toList();
    return Map.of("keys", keys);
  }
}
