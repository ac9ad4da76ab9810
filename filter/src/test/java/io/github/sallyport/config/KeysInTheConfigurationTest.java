package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public keys that a deployer wrote down, in the places where they may lie. */
class KeysInTheConfigurationTest {
  private static final KeyPair PAIR = pair();
  private static final String PEM = pem("PUBLIC KEY", PAIR.getPublic());

  private final Deployer deployer =
      new Deployer().property("mp.jwt.verify.issuer", "https://mp.example/");

  @TempDir private Path folder;

  @Test
  void aKeyIsReadFromItsText() {
    deployer.property("mp.jwt.verify.publickey", PEM);

    assertKeyIsRead();
  }

  @Test
  void aKeyIsReadFromAFile() throws Exception {
    deployer.property("mp.jwt.verify.publickey.location", file().toString());

    assertKeyIsRead();
  }

  @Test
  void aKeyIsReadFromAFileUrl() throws Exception {
    deployer.property("mp.jwt.verify.publickey.location", file().toUri().toString());

    assertKeyIsRead();
  }

  @Test
  void anIssuerOfOursReadsAKeyFromItsTextAndFromAFile() throws Exception {
    for (String value : List.of(PEM, file().toString())) {
      Deployer ours = new Deployer().property("sallyport.issuer.acme.iss", "x");
      ours.property("sallyport.issuer.acme.public-key", value);

      assertThat(ours.deploy().issuers()).extracting(Issuer::keys).allSatisfy(this::isTheKey);
    }
  }

  @Test
  void aPrivateKeyStopsTheDeploymentAndIsNotEchoed() {
    String text = pem("PRIVATE KEY", PAIR.getPrivate());
    KnownSecrets.add(text.lines().skip(1).findFirst().orElseThrow());

    List<String> mistakes = deployer.property("mp.jwt.verify.publickey", text).mistakes();

    assertThat(mistakes).singleElement().asString().startsWith("mp.jwt.verify.publickey: ");
    LogCapture.assertNoSecretIn("the report", mistakes.toString());
  }

  @Test
  void aKeyThatDoesNotFitTheAlgorithmStopsTheDeployment() {
    deployer.property("mp.jwt.verify.publickey", PEM);
    deployer.property("mp.jwt.verify.publickey.algorithm", "ES256");

    assertThat(deployer.mistakes())
        .singleElement()
        .asString()
        .startsWith("mp.jwt.verify.publickey: ");
  }

  private void assertKeyIsRead() {
    assertThat(deployer.deploy().issuers()).extracting(Issuer::keys).allSatisfy(this::isTheKey);
  }

  private void isTheKey(KeySource keys) {
    assertThat(keys)
        .isInstanceOfSatisfying(
            KeySource.Fixed.class,
            fixed ->
                assertThat(fixed.keys())
                    .extracting(KeySource.Named::key)
                    .containsExactly(PAIR.getPublic()));
  }

  private Path file() throws Exception {
    return Files.writeString(folder.resolve("key.pem"), PEM);
  }

  private static String pem(String kind, Key key) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }
}
