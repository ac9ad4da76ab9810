package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.JWTVerifier;
import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.KeySource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A token that was never seen becomes a caller: signature and claims, the key being at hand. */
final class TokenRow implements Row {
  private static final int TOKENS = 64;
  private static final String ISS = "https://issuer.example/realms/main";
  private static final String AUDIENCE = "orders";
  static final String KID = "2026-11";

  private final TokenSigner signer;
  private final JwtAuthenticator authenticator;
  private final byte[][] good = new byte[TOKENS][];
  private final byte[] bad;
  private final int length;

  TokenRow(TokenSigner signer) throws GeneralSecurityException {
    this.signer = signer;
    for (int i = 0; i < TOKENS; i++) {
      good[i] = signer.token(KID, claims(i)).getBytes(StandardCharsets.US_ASCII);
    }
    bad = otherPayload(text(good[0]), text(good[1]));
    length = good[0].length;
    authenticator = JwtAuthenticator.open(List.of(issuer(signer)), Clock.systemUTC());
  }

  static Map<String, Object> claims(int number) {
    Instant now = Instant.now();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISS);
    claims.put("sub", "5f3c1a52-8d1e-4f7b-9a34-0f6f5b1c2d3e");
    claims.put("aud", List.of(AUDIENCE));
    claims.put("exp", now.plus(Duration.ofHours(1)).getEpochSecond());
    claims.put("iat", now.getEpochSecond());
    claims.put("jti", "a5f1c1b0-2f0a-4f0e-8c55-" + (100_000_000_000L + number));
    claims.put("client_id", "web-frontend");
    claims.put("scope", "orders:read orders:write profile");
    claims.put("groups", List.of("user", "clerk", "auditor"));
    return claims;
  }

  static Issuer issuer(TokenSigner signer) {
    return new Issuer(
        "main",
        ISS,
        new KeySource.Fixed(
            List.of(new KeySource.Named(KID, signer.algorithm(), signer.verifying()))),
        Set.of(signer.algorithm()),
        Set.of(AUDIENCE),
        Set.of(),
        Set.of(),
        List.of("upn", "preferred_username", "sub"),
        "groups",
        List.of("scope", "scp"),
        Duration.ZERO,
        null);
  }

  /** A well-formed token whose signature is another one's. */
  static byte[] otherPayload(String signed, String other) {
    int signature = signed.lastIndexOf('.');
    String forged = other.substring(0, other.lastIndexOf('.')) + signed.substring(signature);
    return forged.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String title() {
    return "a token of "
        + length
        + " characters verified for the first time, "
        + signer.algorithm()
        + ", "
        + TOKENS
        + " tokens in rotation, a new String each time";
  }

  @Override
  public List<Variant> variants() {
    try {
      List<Variant> variants =
          new ArrayList<>(List.of(limit(), sallyport(authenticator, good, bad)));
      Algorithm library = signer.library();
      if (library != null) variants.add(javaJwt(library));
      return variants;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + signer.algorithm(), e);
    }
  }

  /** The signature alone, over bytes that are cut out and decoded beforehand. */
  private Variant limit() throws GeneralSecurityException {
    TokenSigner.Verifier verifier = signer.verifier();
    List<Cut> cuts = Arrays.stream(good).map(Cut::of).toList();
    Rotation rotation = new Rotation(good);
    return new Variant(
        signer.algorithm().isSymmetric() ? "limit: the JDK's Mac" : "limit: the JDK's Signature",
        () -> {
          for (Cut cut : cuts) require(cut.isSignedBy(verifier), "it refuses a good token");
          require(!Cut.of(bad).isSignedBy(verifier), "it accepts a forged token");
        },
        () -> accepted(cuts.get(rotation.index()).isSignedBy(verifier)));
  }

  /** What is signed, and the signature. */
  private static final class Cut {
    private final byte[] input;
    private final byte[] signature;

    private Cut(byte[] input, byte[] signature) {
      this.input = input;
      this.signature = signature;
    }

    static Cut of(byte[] token) {
      String text = text(token);
      int dot = text.lastIndexOf('.');
      return new Cut(
          text.substring(0, dot).getBytes(StandardCharsets.US_ASCII),
          Base64.getUrlDecoder().decode(text.substring(dot + 1)));
    }

    boolean isSignedBy(TokenSigner.Verifier verifier) throws GeneralSecurityException {
      return verifier.verify(input, signature);
    }
  }

  /** Tokens become callers. */
  static Variant sallyport(JwtAuthenticator authenticator, byte[][] good, byte[] bad) {
    Rotation rotation = new Rotation(good);
    return new Variant(
        "Sallyport",
        () -> {
          for (byte[] token : good) {
            require(
                show(authenticator, text(token)) instanceof Authentication.Known,
                "it refuses a good token");
          }
          require(
              show(authenticator, text(bad)) instanceof Authentication.No,
              "it accepts a forged token");
        },
        () -> show(authenticator, rotation.next()));
  }

  private static Authentication show(JwtAuthenticator authenticator, String token) {
    return authenticator.authenticate(new Credential.Bearer(new Secret(token)));
  }

  private Variant javaJwt(Algorithm library) {
    JWTVerifier verifier =
        JWT.require(library)
            .withIssuer(ISS)
            .withAudience(AUDIENCE)
            .withClaimPresence("exp")
            .build();
    Rotation rotation = new Rotation(good);
    return new Variant(
        "java-jwt alone",
        () -> {
          for (byte[] token : good) verifier.verify(text(token));
          require(!isVerified(verifier, text(bad)), "it accepts a forged token");
        },
        () -> verifier.verify(rotation.next()));
  }

  private static boolean isVerified(JWTVerifier verifier, String token) {
    try {
      verifier.verify(token);
      return true;
    } catch (JWTVerificationException e) {
      return false;
    }
  }

  private static Object accepted(boolean verified) {
    require(verified, "it refuses a good token");
    return verified;
  }

  static String text(byte[] token) {
    return new String(token, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    authenticator.close();
  }
}
