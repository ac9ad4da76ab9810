package io.github.sallyport.key;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104) under one key. Safe for use by many threads. */
public final class HmacSha256 {
  static final int BYTES = 32;

  private final Mac keyed;

  /** Under any bytes as a key. */
  public HmacSha256(byte[] key) {
    // RFC 2104 pads a short key with zeros, so one zero byte says the same as none, which
    // SecretKeySpec refuses.
    keyed = keyed(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
  }

  /** The 32 bytes that vouch for these. */
  public byte[] of(byte[] data) {
    return of(data, 0, data.length);
  }

  byte[] of(byte[] data, int from, int length) {
    Mac mac = fresh();
    mac.update(data, from, length);
    return mac.doFinal();
  }

  // A copy of a Mac that has its key costs a fraction of looking one up and keying it.
  private Mac fresh() {
    try {
      return (Mac) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this JDK's HmacSHA256 can't be copied", e);
    }
  }

  private static Mac keyed(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every JDK has HmacSHA256, and any bytes are a key", e);
    }
  }
}
