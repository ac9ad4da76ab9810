package io.github.sallyport.sample;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;

/**
 * The two issuers that the test container trusts, made anew for each run: people's tokens are RS256
 * by a PEM file, machines' are ES256 by a key set that this JVM serves.
 */
final class TestIssuers {
  static final String PEOPLE = "https://people.example";
  static final String MACHINES = "https://machines.example";
  static final String AUDIENCE = "orders";
  static final String MACHINES_KID = "machines-1";

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final TestIssuers ONLY = new TestIssuers();

  private final KeyPair people;
  private final KeyPair machines;

  private TestIssuers() {
    try {
      KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
      rsa.initialize(2048);
      people = rsa.generateKeyPair();
      KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
      ec.initialize(new ECGenParameterSpec("secp256r1"));
      machines = ec.generateKeyPair();
      Path pem = Path.of(System.getProperty("container.data"), "people.pem");
      Files.createDirectories(pem.getParent());
      Files.writeString(pem, publicPem());
      serve(jwks((ECPublicKey) machines.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the keys and serves them: before anything is deployed that reads them. */
  static TestIssuers open() {
    return ONLY;
  }

  /** A token for a person, signed with RS256, good for some minutes. */
  static Jwt person(String subject) {
    return new Jwt().claim("iss", PEOPLE).claim("aud", AUDIENCE).claim("sub", subject);
  }

  /** A token for a machine, to be signed with ES256. */
  static Jwt machine(String subject) {
    return new Jwt()
        .header("alg", "ES256")
        .header("kid", MACHINES_KID)
        .claim("iss", MACHINES)
        .claim("aud", AUDIENCE)
        .claim("sub", subject);
  }

  /** Waits until the sample has read the machines' key: while all is busy it may try in vain. */
  static void awaitMachinesKeys() {
    String token = machine("anybody").es256(machines().getPrivate());
    await()
        .atMost(PATIENCE)
        .until(
            () -> Http.get(Container.SAMPLE, "/api/whoami").bearer(token).send().status() != 503);
  }

  static KeyPair people() {
    return ONLY.people;
  }

  static KeyPair machines() {
    return ONLY.machines;
  }

  /** People's public key, exactly as the deployer's file holds it. */
  static String peoplePem() {
    return ONLY.publicPem();
  }

  private String publicPem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(people.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String jwks(ECPublicKey key) {
    return """
        {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"%s","x":"%s","y":"%s"}]}"""
        .formatted(
            MACHINES_KID, coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  /** 32 bytes, big-endian (RFC 7518 section 6.2.1.2). */
  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[32];
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, padded, 32 - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
  }

  private static void serve(String jwks) throws IOException {
    int port = Integer.getInteger("jwks.port");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    byte[] body = jwks.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/jwks.json",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }
}
