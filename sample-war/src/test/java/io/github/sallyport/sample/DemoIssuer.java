package io.github.sallyport.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An issuer for trying things out: its private key lies beside the sample's data, and {@link
 * DemoToken} signs with it. Where the deployer named any issuer, there is none.
 */
final class DemoIssuer {
  static final String ISS = "sallyport-demo";
  static final String AUDIENCE = "sallyport-sample";
  static final String KEY_FILE = "demo-issuer-key.pem";

  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private DemoIssuer() {}

  /** Tells whether an environment variable or a system property names an issuer already. */
  static boolean deployerNamedOne() {
    return Stream.concat(
            System.getenv().keySet().stream(),
            System.getProperties().stringPropertyNames().stream())
        .map(name -> name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "."))
        .anyMatch(name -> name.startsWith("sallyport.issuer") || name.startsWith("mp.jwt.verify."));
  }

  /** Makes the key at the first start, and hands the public half to the sample. */
  static void install(Path data) throws IOException, GeneralSecurityException {
    Path file = data.resolve(KEY_FILE);
    if (!Files.exists(file)) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      writePrivately(file, generator.generateKeyPair().getPrivate().getEncoded());
    }
    System.setProperty("sallyport.issuer.demo.iss", ISS);
    System.setProperty("sallyport.issuer.demo.audiences", AUDIENCE);
    System.setProperty("sallyport.issuer.demo.public-key", publicKey(file));
  }

  /** Nobody ever sees a file that others may read, or half a key. */
  private static void writePrivately(Path file, byte[] pkcs8) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = Files.createTempFile(file.getParent(), KEY_FILE, ".new");
    if (Files.getFileStore(unfinished).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(unfinished, OWNER_ONLY);
    }
    Files.writeString(unfinished, pem("PRIVATE KEY", pkcs8));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String publicKey(Path file) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    RSAPrivateCrtKey key =
        (RSAPrivateCrtKey)
            rsa.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    return pem(
        "PUBLIC KEY",
        rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
            .getEncoded());
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(what, PEM.encodeToString(bytes), what);
  }
}
