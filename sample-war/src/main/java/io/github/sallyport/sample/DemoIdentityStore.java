package io.github.sallyport.sample;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;

/** The sample's users as Jakarta Security asks for them, where an implementation of it runs. */
@ApplicationScoped
public class DemoIdentityStore implements IdentityStore {
  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (!(credential instanceof UsernamePasswordCredential shown)) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    return DemoUsers.roles(shown.getCaller(), shown.getPasswordAsString())
        .map(roles -> new CredentialValidationResult(shown.getCaller(), roles))
        .orElse(CredentialValidationResult.INVALID_RESULT);
  }
}
