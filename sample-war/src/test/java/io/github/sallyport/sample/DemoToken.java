package io.github.sallyport.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Prints a JWT of the sample's demo issuer, good for an hour. One file and the JDK alone, so that
 * it runs as it stands:
 *
 * <pre>
 * java sample-war/src/test/java/io/github/sallyport/sample/DemoToken.java alice user orders:read
 * </pre>
 *
 * The first word is the user; of the others, those with a colon are scopes and the rest are roles.
 */
public final class DemoToken {
  private static final String DATA = "sample-war/target/sallyport";
  private static final String WORD = "[A-Za-z0-9._:-]+";

  private DemoToken() {}

  public static void main(String[] words) throws IOException, GeneralSecurityException {
    if (words.length == 0 || !Arrays.stream(words).allMatch(word -> word.matches(WORD))) {
      System.err.println("Usage: DemoToken.java USER [ROLE | SCOPE:WITH-COLON] ...");
      System.exit(2);
    }
    Path file =
        Path.of(System.getenv().getOrDefault("SALLYPORT_DATA", DATA), "demo-issuer-key.pem");
    try {
      System.out.println(sign(claims(words, Instant.now()), privateKey(file)));
    } catch (NoSuchFileException e) {
      System.err.println(
          "No key at " + file + ": start the sample first, without an issuer of your own.");
      System.exit(1);
    }
  }

  private static String claims(String[] words, Instant now) {
    String roles =
        Arrays.stream(words)
            .skip(1)
            .filter(word -> !word.contains(":"))
            .map(word -> '"' + word + '"')
            .collect(Collectors.joining(","));
    String scopes =
        Arrays.stream(words)
            .skip(1)
            .filter(word -> word.contains(":"))
            .collect(Collectors.joining(" "));
    return """
        {"iss":"sallyport-demo","aud":"sallyport-sample","sub":"%s","groups":[%s],"scope":"%s",\
        "iat":%d,"exp":%d,"jti":"%s"}"""
        .formatted(
            words[0],
            roles,
            scopes,
            now.getEpochSecond(),
            now.getEpochSecond() + 3600,
            UUID.randomUUID());
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String sign(String claims, PrivateKey key) throws GeneralSecurityException {
    String input = base64url("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + '.' + base64url(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + '.' + base64url(signature.sign());
  }

  private static String base64url(String text) {
    return base64url(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
