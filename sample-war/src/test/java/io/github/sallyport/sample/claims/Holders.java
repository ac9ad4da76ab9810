package io.github.sallyport.sample.claims;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Every form that may stand in a bean for all requests. */
@ApplicationScoped
public class Holders {
  @Inject JsonWebToken token;

  @Inject
  @Claim("email")
  ClaimValue<String> text;

  @Inject
  @Claim("email")
  ClaimValue<Optional<String>> optional;

  @Inject
  @Claim(standard = Claims.groups)
  ClaimValue<Set<String>> groups;

  @Inject
  @Claim("teams")
  @SuppressWarnings("rawtypes") // A form that the specification has.
  ClaimValue raw;

  @Inject
  @Claim("level")
  Instance<Long> instance;

  @Inject
  @Claim(standard = Claims.sub)
  Provider<String> provider;

  @Inject
  @Claim("address")
  Provider<Optional<JsonObject>> providerOfOptional;

  /** One line. */
  public String line() {
    return String.join(
        "|",
        String.valueOf(token.getSubject()),
        String.valueOf(token.getRawToken() != null),
        String.valueOf(text.getValue()),
        optional.getValue().toString(),
        String.valueOf(groups.getValue()),
        String.valueOf(raw.getValue()),
        String.valueOf(instance.get()),
        String.valueOf(provider.get()),
        providerOfOptional.get().toString());
  }

  /** Who is there, by all of them; one name, or the request has seen two users. */
  public String who() {
    String subject = String.valueOf(token.getSubject());
    Thread.onSpinWait();
    boolean same =
        subject.equals(String.valueOf(provider.get()))
            && (subject + "@people.example").equals(text.getValue());
    return same ? subject : "two users in one request";
  }
}
