package io.github.sallyport.token;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a token says that is not for us, so that nobody here verifies it. */
final class InternalClaims {
  private InternalClaims() {}

  static Map<String, @Nullable Object> of(AccessToken token) {
    String payload = token.text().reveal().split("\\.", -1)[1];
    try {
      return Json.readObject(Base64.getUrlDecoder().decode(payload));
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }
}
