package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.jwt.JwtAuthenticator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key file is read once, when the application starts. */
class KeyFileReplacedTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ISS = "https://acme.example";

  @TempDir Path folder;

  @Test
  void anotherOrHalfAKeyInItsFileChangesNothingBeforeTheNextStart() throws Exception { // F17
    KeyPair before = pair();
    KeyPair after = pair();
    Path file = Files.writeString(folder.resolve("acme.pem"), pem(before));
    Deployer deployer =
        new Deployer()
            .property("sallyport.issuer.acme.iss", ISS)
            .property("sallyport.issuer.acme.public-key", file.toString());
    try (JwtAuthenticator running = open(deployer)) {
      assertThat(lets(running, before)).isTrue();
      for (String text : new String[] {pem(after).substring(0, 100), "", pem(after)}) {
        Files.writeString(file, text);
        assertThat(lets(running, before)).isTrue();
        assertThat(lets(running, after)).isFalse();
      }
      Files.delete(file);
      assertThat(lets(running, before)).isTrue();
    }
    Files.writeString(file, pem(after).substring(0, 100));
    assertThat(deployer.mistakes())
        .singleElement()
        .asString()
        .startsWith("sallyport.issuer.acme.public-key: ");
    Files.writeString(file, pem(after));
    try (JwtAuthenticator restarted = open(deployer)) {
      assertThat(lets(restarted, after)).isTrue();
      assertThat(lets(restarted, before)).isFalse();
    }
  }

  private static JwtAuthenticator open(Deployer deployer) {
    return JwtAuthenticator.open(deployer.deploy().issuers(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static boolean lets(JwtAuthenticator authenticator, KeyPair pair) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.RS256),
            new JWTClaimsSet.Builder()
                .issuer(ISS)
                .subject("u-17")
                .audience("orders")
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .build());
    token.sign(new RSASSASigner(pair.getPrivate()));
    return authenticator.authenticate(new Credential.Bearer(new Secret(token.serialize())))
        instanceof Authentication.Known;
  }

  private static KeyPair pair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
