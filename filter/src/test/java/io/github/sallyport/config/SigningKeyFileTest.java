package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sallyport.config.KeyFiles.UnreadableException;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that a deployer brings: what is read, and what each mistake is told. */
class SigningKeyFileTest {
  private static final SigningKey RSA = SigningKey.generate(SignatureAlgorithm.RS256);
  private static final SigningKey EC = SigningKey.generate(SignatureAlgorithm.ES256);

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private List<SigningKey> read(String text, SignatureAlgorithm algorithm) throws Exception {
    return readFile(file("keys.pem", text), algorithm);
  }

  private List<SigningKey> readFile(Path file, SignatureAlgorithm algorithm) throws Exception {
    return new SigningKeyFile(warnings).read(file.toString(), algorithm);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static String own(SigningKey key) {
    String first = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.pkcs8());
    KnownSecrets.add(first.lines().skip(1).findFirst().orElse(first));
    return pem("PRIVATE KEY", key.pkcs8());
  }

  private static String open(SigningKey key) {
    return pem("PUBLIC KEY", key.spki());
  }

  private static List<String> kids(List<SigningKey> keys) {
    return keys.stream().map(SigningKey::kid).toList();
  }

  @Test
  void anRsaKeyTellsItsPublicOne() throws Exception {
    assertThat(kids(read(own(RSA), SignatureAlgorithm.RS256))).containsExactly(RSA.kid());
  }

  @Test
  void anEcKeyAsOpensslWritesItTellsItsPublicOneToo() throws Exception {
    ECPrivateKey key =
        (ECPrivateKey)
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(EC.pkcs8()));
    byte[] point = Arrays.copyOfRange(EC.spki(), EC.spki().length - 65, EC.spki().length);
    String der =
        "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"
            + hex(key.getS())
            + "a144034200"
            + HexFormat.of().formatHex(point);
    assertThat(
            kids(read(pem("PRIVATE KEY", HexFormat.of().parseHex(der)), SignatureAlgorithm.ES256)))
        .containsExactly(EC.kid());
  }

  private static String hex(BigInteger number) {
    return String.format("%064x", number);
  }

  @ParameterizedTest
  @EnumSource(names = {"RS256", "ES256", "EdDSA"})
  void aPublicKeyBehindThePrivateOneIsItsOwn(SignatureAlgorithm algorithm) throws Exception {
    SigningKey one = SigningKey.generate(algorithm);
    SigningKey two = SigningKey.generate(algorithm);
    String text = "Made for orders.\n" + own(one) + open(one) + "\r\n" + own(two) + open(two);

    assertThat(kids(read(text, algorithm))).containsExactly(one.kid(), two.kid());
    assertThat(kids(readFile(file("keys.pem", text), algorithm)))
        .containsExactly(one.kid(), two.kid());
    assertThatThrownBy(() -> read(own(one) + open(two), algorithm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the private key is not that of the public one");
  }

  @Test
  void aFileUrlIsAFileToo() throws Exception {
    Path file = file("keys.pem", own(RSA));
    assertThat(new SigningKeyFile(warnings).read(file.toUri().toString(), SignatureAlgorithm.RS256))
        .hasSize(1);
  }

  static Stream<List<String>> mistakes() {
    String rsa = own(RSA);
    String half = rsa.substring(0, rsa.length() / 2);
    String unread = "is not PEM with a PRIVATE KEY, and its name does not end in .p12 or .pfx";
    return Stream.of(
        List.of("", unread),
        List.of(" \n", unread),
        List.of("hello", unread),
        List.of(half, unread),
        List.of(rsa + half, unread),
        List.of(half + rsa, unread),
        List.of(pem("PRIVATE KEY", RSA.pkcs8()).replace("M", "!"), unread),
        List.of(pem("SOMETHING", RSA.pkcs8()), unread),
        List.of(
            pem("ENCRYPTED PRIVATE KEY", RSA.pkcs8()),
            "has an encrypted key, and PEM has no place for its password; write it as PKCS #8"
                + " without a password: openssl pkcs8 -topk8 -nocrypt, or bring a .p12"),
        List.of(
            pem("RSA PRIVATE KEY", new byte[3])
                .replace("AAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA"),
            "has an encrypted key, and PEM has no place for its password; write it as PKCS #8"
                + " without a password: openssl pkcs8 -topk8 -nocrypt, or bring a .p12"),
        List.of(
            pem("RSA PRIVATE KEY", RSA.pkcs8()),
            "has a key in the form of openssl's old days; write it as PKCS #8 without a password:"
                + " openssl pkcs8 -topk8 -nocrypt"),
        List.of(open(RSA), "has a public key or a certificate with no private key before it"),
        List.of(
            rsa + open(RSA) + open(RSA),
            "has a public key or a certificate with no private key before it"),
        List.of(
            own(EC),
            "has a private key that is broken, or of another kind than sallyport.token.algorithm"),
        List.of(
            rsa + open(EC),
            "has a public key or a certificate that is broken, or of another kind than"
                + " sallyport.token.algorithm"),
        List.of(
            rsa + pem("CERTIFICATE", RSA.spki()),
            "has a public key or a certificate that is broken, or of another kind than"
                + " sallyport.token.algorithm"),
        List.of(
            pem("PRIVATE KEY", Arrays.copyOf(RSA.pkcs8(), 300)),
            "has a private key that is broken, or of another kind than"
                + " sallyport.token.algorithm"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedWithWhatMendsItAndNothingOfTheFileIsQuoted(List<String> mistake) {
    Throwable refused = catchThrowable(() -> read(mistake.get(0), SignatureAlgorithm.RS256));
    assertThat(refused)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake.get(1))
        .hasNoCause();
    LogCapture.assertNoSecretIn("the sentence", String.valueOf(refused));
  }

  @Test
  void aKeyThatDoesNotTellItsPublicOneNeedsThatBehindIt() {
    SigningKey edwards = SigningKey.generate(SignatureAlgorithm.EdDSA);
    for (SigningKey key : List.of(edwards, EC)) {
      assertThatThrownBy(() -> read(own(key), key.algorithm()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("openssl pkey -pubout");
    }
  }

  @Test
  void whatIsNoFileIsNotEchoed() {
    SigningKeyFile reader = new SigningKeyFile(warnings);
    for (String location :
        List.of(
            "no-such-file",
            "https://a.example/keys",
            "file:relative",
            "file:///no/such",
            "a\0b",
            folder.toString())) {
      assertThatThrownBy(() -> reader.read(location, SignatureAlgorithm.RS256))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("names no file: give a file's path or a file: URL");
    }
    assertThatThrownBy(() -> reader.read(own(RSA), SignatureAlgorithm.RS256))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("is a key itself; put it into a file and name that");
  }

  @Test
  void noFileIsReadThatIsLargerThanAKeyCanBe() throws Exception {
    String text = own(RSA);
    assertThat(read(" ".repeat((1 << 20) - text.length()) + text, SignatureAlgorithm.RS256))
        .hasSize(1);
    assertThatThrownBy(
            () -> read(" ".repeat((1 << 20) - text.length() + 1) + text, SignatureAlgorithm.RS256))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("is larger than a key can be");
  }

  @ParameterizedTest
  @CsvSource({"rw-r--r--,1", "rw-r-----,0", "rw-------,0"})
  void aFileThatEverybodyCanReadEarnsAWarning(String permissions, int count) throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path file = file("keys.pem", own(RSA));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertThat(readFile(file, SignatureAlgorithm.RS256)).hasSize(1);
    assertThat(warnings).hasSize(count);
    assertThat(warnings).allMatch(w -> w.contains("chmod 600"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys.p12", "keys.PFX"})
  void aKeyStoreHasItsPasswordBesideItAndItsNewestKeySignsFirst(String name) throws Exception {
    Path store = folder.resolve(name);
    keytool(store, "old", "-60d", "RSA");
    keytool(store, "new", "-1d", "RSA");
    keytool(store, "middle", "-30d", "RSA");
    Path password = file(name + ".password", "pass-word-1\nanother line\n");

    List<SigningKey> keys = readFile(store, SignatureAlgorithm.RS256);

    assertThat(keys).hasSize(3);
    KeyStoreNames names = new KeyStoreNames(store);
    assertThat(kids(keys)).containsExactly(names.kid("new"), names.kid("middle"), names.kid("old"));
    Files.writeString(password, "wrong-pass\n");
    refused(store, "is no PKCS #12 file that opens with its password");
    Files.delete(password);
    refused(store, "is no PKCS #12 file that opens with its password");
  }

  @Test
  void aKeyStoreOfAnotherKindOrWithoutAKeyIsRefused() throws Exception {
    Path store = folder.resolve("keys.p12");
    keytool(store, "ec", "-1d", "EC");
    file("keys.p12.password", "pass-word-1");
    assertThatThrownBy(() -> readFile(store, SignatureAlgorithm.RS256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RS256");
    assertThat(readFile(store, SignatureAlgorithm.ES256)).hasSize(1);
    Files.writeString(store, "no key store");
    refused(store, "is no PKCS #12 file that opens with its password");
    Files.writeString(store, "");
    refused(store, "is no PKCS #12 file that opens with its password");
  }

  private void refused(Path store, String sentence) {
    assertThatThrownBy(() -> readFile(store, SignatureAlgorithm.RS256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(sentence)
        .hasNoCause();
  }

  /** The names of the keys in a store, read past what is tested. */
  private record KeyStoreNames(Path store) {
    String kid(String alias) throws Exception {
      java.security.KeyStore keys =
          java.security.KeyStore.getInstance(store.toFile(), "pass-word-1".toCharArray());
      byte[] spki = keys.getCertificate(alias).getPublicKey().getEncoded();
      return String.valueOf(SigningKey.verifying(SignatureAlgorithm.RS256, spki).kid());
    }
  }

  private static void keytool(Path store, String alias, String from, String kind) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=orders",
                "-startdate",
                from,
                "-validity",
                "365",
                "-storetype",
                "PKCS12",
                "-storepass",
                "pass-word-1",
                "-keystore",
                store.toString(),
                "-keyalg",
                kind));
    command.addAll(
        kind.equals("EC") ? List.of("-groupname", "secp256r1") : List.of("-keysize", "2048"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
