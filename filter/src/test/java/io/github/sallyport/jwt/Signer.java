package io.github.sallyport.jwt;

import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.Named;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's signing key and the tokens made with it, by the JDK alone: what the product verifies
 * with another library must not have been made by that library.
 */
record Signer(SignatureAlgorithm algorithm, KeyPair pair, @Nullable String kid) {

  static Signer rsa(@Nullable String kid) {
    return rsa(kid, 2048);
  }

  static Signer rsa(@Nullable String kid, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return new Signer(SignatureAlgorithm.RS256, generator.generateKeyPair(), kid);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A key of the kind that this algorithm of public keys takes. */
  static Signer of(SignatureAlgorithm algorithm) {
    String kid = algorithm + "-1";
    NistCurve curve = algorithm.curve();
    if (curve != null) {
      return new Signer(
          algorithm,
          ecPair("secp" + algorithm.name().replace("ES512", "ES521").substring(2) + "r1"),
          kid);
    }
    if (algorithm.name().startsWith("Ed"))
      return new Signer(algorithm, edwardsPair("Ed25519"), kid);
    return rsa(kid).as(algorithm);
  }

  /** The same key, used with another algorithm. */
  Signer as(SignatureAlgorithm other) {
    return new Signer(other, pair, kid);
  }

  static KeyPair edwardsPair(String curve) {
    try {
      return KeyPairGenerator.getInstance(curve).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static Signer ec(String kid) {
    return new Signer(SignatureAlgorithm.ES256, ecPair("secp256r1"), kid);
  }

  static KeyPair ecPair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Named named() {
    return new Named(kid, algorithm, pair.getPublic());
  }

  Named unnamed() {
    return new Named(null, algorithm, pair.getPublic());
  }

  Map<String, Object> header() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm.name());
    header.put("typ", "JWT");
    if (kid != null) header.put("kid", kid);
    return header;
  }

  /** A token with the usual header. */
  String token(Map<String, ?> claims) {
    return token(header(), claims);
  }

  String token(Map<String, ?> header, Map<String, ?> claims) {
    return token(Json.write(header), Json.write(claims));
  }

  /** A token of these very texts, correctly signed whatever they say. */
  String token(String header, String payload) {
    return token(header.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
  }

  String token(byte[] header, byte[] payload) {
    return signed(base64(header) + "." + base64(payload));
  }

  /** Signs segments as they stand, strange ones too. */
  String signed(String input) {
    return input + "." + base64(signature(input, true));
  }

  byte[] signature(String input, boolean joseForm) {
    int bits =
        algorithm.name().startsWith("Ed") ? 0 : Integer.parseInt(algorithm.name().substring(2));
    String name =
        switch (algorithm) {
          case RS256, RS384, RS512 -> "SHA" + bits + "withRSA";
          case PS256, PS384, PS512 -> "RSASSA-PSS";
          case ES256, ES384, ES512 ->
              "SHA" + bits + (joseForm ? "withECDSAinP1363Format" : "withECDSA");
          case EdDSA, Ed25519 -> "Ed25519";
          case HS256, HS384, HS512 -> throw new AssertionError("there is no pair of secrets");
        };
    try {
      Signature signature = Signature.getInstance(name);
      if (name.equals("RSASSA-PSS")) {
        MGF1ParameterSpec mask = new MGF1ParameterSpec("SHA-" + bits);
        signature.setParameter(new PSSParameterSpec("SHA-" + bits, "MGF1", mask, bits / 8, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The public key as a JWK that an issuer would publish. */
  Map<String, Object> jwk() {
    Map<String, Object> jwk = jwk(pair.getPublic());
    jwk.put("use", "sig");
    jwk.put("alg", algorithm.name());
    if (kid != null) jwk.put("kid", kid);
    return jwk;
  }

  static Map<String, Object> jwk(PublicKey key) {
    Map<String, Object> jwk = new LinkedHashMap<>();
    if (key instanceof RSAPublicKey rsa) {
      jwk.put("kty", "RSA");
      jwk.put("n", base64(rsa.getModulus()));
      jwk.put("e", base64(rsa.getPublicExponent()));
    } else if (key instanceof ECPublicKey ec) {
      int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
      jwk.put("kty", "EC");
      jwk.put("crv", bytes == 66 ? "P-521" : "P-" + bytes * 8);
      jwk.put("x", base64(padded(ec.getW().getAffineX(), bytes)));
      jwk.put("y", base64(padded(ec.getW().getAffineY(), bytes)));
    } else if (key instanceof EdECPublicKey edwards) {
      byte[] spki = edwards.getEncoded(); // 12 bytes, and the point as RFC 8032 writes it
      jwk.put("kty", "OKP");
      jwk.put("crv", edwards.getParams().getName());
      jwk.put("x", base64(Arrays.copyOfRange(spki, 12, spki.length)));
    }
    return jwk;
  }

  String pem() {
    return pem(pair.getPublic());
  }

  static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(BigInteger number) {
    return base64(padded(number, (number.bitLength() + 7) / 8));
  }

  private static byte[] padded(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    byte[] bytes = new byte[length];
    int n = Math.min(length, signed.length);
    System.arraycopy(signed, signed.length - n, bytes, length - n, n);
    return bytes;
  }
}
