package io.github.sallyport.config;

import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads key pairs of PEM (RFC 7468): private keys as PKCS #8, each with its public key or its
 * certificate behind it where the private one does not say it. No fault quotes what was read.
 */
final class PrivateKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private static final String PLAIN =
      "; write it as PKCS #8 without a password: openssl pkcs8 -topk8 -nocrypt";

  /** An uncompressed point of P-256 at the end of a private key (RFC 5915 section 3). */
  private static final byte[] POINT_FOLLOWS = HexFormat.of().parseHex("a14403420004");

  private static final int COORDINATE_BYTES = 32;

  private final SignatureAlgorithm algorithm;

  PrivateKeyPem(SignatureAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  private record Block(String label, String base64) {}

  /**
   * @throws IllegalArgumentException with a sentence
   */
  List<SigningKey> read(String text) {
    List<Block> blocks = blocks(text);
    List<SigningKey> keys = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      PrivateKey own = own(blocks.get(i));
      boolean paired = i + 1 < blocks.size() && isOpen(blocks.get(i + 1));
      PublicKey open = paired ? open(blocks.get(++i)) : derived(own, bytes(blocks.get(i)));
      if (open == null) {
        throw new IllegalArgumentException(
            "has a private key that does not tell its public one; put that behind it, as openssl"
                + " pkey -pubout writes it");
      }
      keys.add(SigningKey.of(algorithm, own, open));
    }
    return keys;
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    int end = 0;
    while (block.find(end)) {
      if (hasMore(text.substring(end, block.start()))) throw notReadable();
      blocks.add(new Block(block.group(1), block.group(2)));
      end = block.end();
    }
    if (blocks.isEmpty() && text.contains("Proc-Type: 4,ENCRYPTED")) throw encrypted();
    if (blocks.isEmpty() || hasMore(text.substring(end))) throw notReadable();
    return blocks;
  }

  /** Text around the blocks is for people (RFC 7468 section 5.2), but no half of a block is. */
  private static boolean hasMore(String between) {
    return between.contains("-----");
  }

  private PrivateKey own(Block block) {
    switch (block.label()) {
      case "PRIVATE KEY" -> {}
      case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
      case "RSA PRIVATE KEY", "EC PRIVATE KEY", "EC PARAMETERS" ->
          throw new IllegalArgumentException("has a key in the form of openssl's old days" + PLAIN);
      case "PUBLIC KEY", "CERTIFICATE" ->
          throw new IllegalArgumentException(
              "has a public key or a certificate with no private key before it");
      default -> throw notReadable();
    }
    try {
      return factory().generatePrivate(new PKCS8EncodedKeySpec(bytes(block)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "has a private key that is broken, or of another kind than sallyport.token.algorithm");
    }
  }

  private static boolean isOpen(Block block) {
    return block.label().equals("PUBLIC KEY") || block.label().equals("CERTIFICATE");
  }

  private PublicKey open(Block block) {
    try {
      if (block.label().equals("PUBLIC KEY")) {
        return factory().generatePublic(new X509EncodedKeySpec(bytes(block)));
      }
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(bytes(block)))
          .getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "has a public key or a certificate that is broken, or of another kind than"
              + " sallyport.token.algorithm");
    }
  }

  /** The public key, where the private one tells it; that they are a pair is seen to later. */
  private @Nullable PublicKey derived(PrivateKey own, byte[] pkcs8) {
    try {
      if (own instanceof RSAPrivateCrtKey rsa) {
        return factory()
            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
      }
      return own instanceof ECPrivateKey ec ? derived(ec, pkcs8) : null;
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  private @Nullable PublicKey derived(ECPrivateKey own, byte[] pkcs8)
      throws GeneralSecurityException {
    int x = pkcs8.length - 2 * COORDINATE_BYTES;
    int mark = x - POINT_FOLLOWS.length;
    if (mark < 0 || !Arrays.equals(pkcs8, mark, x, POINT_FOLLOWS, 0, POINT_FOLLOWS.length)) {
      return null;
    }
    int y = x + COORDINATE_BYTES;
    ECPoint point =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(pkcs8, x, y)),
            new BigInteger(1, Arrays.copyOfRange(pkcs8, y, pkcs8.length)));
    return factory().generatePublic(new ECPublicKeySpec(point, own.getParams()));
  }

  private KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance(
        switch (algorithm) {
          case RS256 -> "RSA";
          case ES256 -> "EC";
          default -> "Ed25519";
        });
  }

  private static byte[] bytes(Block block) {
    try {
      return Base64.getDecoder().decode(block.base64().replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw notReadable();
    }
  }

  private static IllegalArgumentException encrypted() {
    return new IllegalArgumentException(
        "has an encrypted key, and PEM has no place for its password"
            + PLAIN
            + ", or bring a .p12");
  }

  private static IllegalArgumentException notReadable() {
    return new IllegalArgumentException(
        "is not PEM with a PRIVATE KEY, and its name does not end in .p12 or .pfx");
  }
}
