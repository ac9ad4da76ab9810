package io.github.sallyport;

import java.util.Objects;

/**
 * What a request showed, not yet verified. Its text leaves only through {@link Secret#reveal()}.
 */
public sealed interface Credential {

  /** The kind, told by the credential's place and shape alone. */
  CredentialKind kind();

  /**
   * An application's key.
   *
   * @param place where it was shown
   * @param sender who sent the request that showed it
   */
  record ApiKey(Secret text, Place place, Sender sender) implements Credential {
    public ApiKey {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(sender, "sender");
    }

    /** A key in its own header, of whose sender nothing is known. */
    public ApiKey(Secret text) {
      this(text, Place.KEY_HEADER, Sender.UNKNOWN);
    }

    /** Where an API key was shown. */
    public enum Place {
      /** In the header for keys. */
      KEY_HEADER,
      /** In the place of a bearer token. */
      BEARER
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.API_KEY;
    }
  }

  /**
   * A bearer token (RFC 6750).
   *
   * @param sender who sent the request that showed it
   */
  record Bearer(Secret text, Sender sender) implements Credential {
    public Bearer {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(sender, "sender");
    }

    /** A token of whose sender nothing is known. */
    public Bearer(Secret text) {
      this(text, Sender.UNKNOWN);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.BEARER;
    }
  }

  /** One application's key and one bearer token; both must verify. */
  record Both(ApiKey key, Bearer token) implements Credential {
    public Both {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(token, "token");
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.BOTH;
    }
  }
}
