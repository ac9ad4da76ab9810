package io.github.sallyport.sample.claims;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.Claims;
import org.jspecify.annotations.Nullable;

/** Every form of a value, in a bean of one request. */
@RequestScoped
public class Values {
  @Inject
  @Claim("email")
  @Nullable String text;

  @Inject
  @Claim(standard = Claims.exp)
  @Nullable Long whole;

  @Inject
  @Claim("level")
  long primitive;

  @Inject
  @Claim(standard = Claims.email_verified)
  @Nullable Boolean yes;

  @Inject
  @Claim("email_verified")
  boolean primitiveYes;

  @Inject
  @Claim("groups")
  @Nullable Set<String> texts;

  @Inject
  @Claim("level")
  @Nullable JsonValue json;

  @Inject
  @Claim("email")
  @Nullable JsonString jsonText;

  @Inject
  @Claim("level")
  @Nullable JsonNumber jsonNumber;

  @Inject
  @Claim("teams")
  @Nullable JsonArray jsonArray;

  @Inject
  @Claim(standard = Claims.address)
  @Nullable JsonObject jsonObject;

  @Inject
  @Claim("email")
  Optional<String> optional;

  @Inject
  @Claim("teams")
  Optional<JsonArray> optionalJson;

  /** One line. */
  public String line() {
    return String.join(
        "|",
        String.valueOf(text),
        String.valueOf(whole != null && whole > 0),
        String.valueOf(primitive),
        String.valueOf(yes),
        String.valueOf(primitiveYes),
        String.valueOf(texts),
        String.valueOf(json),
        String.valueOf(jsonText),
        String.valueOf(jsonNumber),
        String.valueOf(jsonArray),
        String.valueOf(jsonObject),
        optional.toString(),
        optionalJson.toString());
  }
}
