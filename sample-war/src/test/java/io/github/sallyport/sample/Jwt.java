package io.github.sallyport.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A token in the making, which may be as wrong as a test wants it. Made without our own code. */
final class Jwt {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();

  Jwt() {
    header.put("alg", "RS256");
    header.put("typ", "JWT");
    Instant now = Instant.now();
    claim("iat", now.getEpochSecond());
    claim("exp", now.plusSeconds(600).getEpochSecond());
  }

  Jwt header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  Jwt claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  Jwt without(String claim) {
    claims.remove(claim);
    return this;
  }

  Jwt scope(String scopes) {
    return claim("scope", scopes);
  }

  Jwt roles(String... roles) {
    return claim("groups", roles);
  }

  String rs256(PrivateKey key) {
    return sign("SHA256withRSA", key);
  }

  String es256(PrivateKey key) {
    return sign("SHA256withECDSAinP1363Format", key);
  }

  String hs256(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return input() + '.' + base64url(mac.doFinal(input().getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String unsigned() {
    return input() + '.';
  }

  private String sign(String algorithm, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(input().getBytes(StandardCharsets.US_ASCII));
      return input() + '.' + base64url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String input() {
    return json(header) + '.' + json(claims);
  }

  private static String json(Map<String, @Nullable Object> value) {
    try {
      return base64url(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
