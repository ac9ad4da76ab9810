package io.github.sallyport.sample.wrongclaims;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.eclipse.microprofile.jwt.Claims;

/** A bean for all requests. */
@ApplicationScoped
public class WrongClaims {
  @Inject
  @Claim("email")
  String frozen;

  @Inject
  @Claim(value = "exp", standard = Claims.iat)
  ClaimValue<Long> twoNames;

  @Inject
  @Claim("level")
  ClaimValue<Integer> type;
}
