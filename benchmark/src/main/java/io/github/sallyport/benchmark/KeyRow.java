package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;

import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.key.KeyAuthenticator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** An API key becomes a caller, its record being among the copies. */
final class KeyRow implements Row {
  private final KeyRoom room;
  private final int keys;
  private final List<Variant> variants;

  private KeyRow(KeyRoom room, int keys) throws GeneralSecurityException {
    this.room = room;
    this.keys = keys;
    byte[][] good = room.issue(keys);
    byte[] revoked = room.issueRevoked();
    variants = List.of(limit(good, revoked), sallyport(room.authenticator(), good, revoked));
  }

  /**
   * @param keys how many, in rotation
   */
  static Row open(int keys) throws GeneralSecurityException {
    return new KeyRow(KeyRoom.open("key"), keys);
  }

  @Override
  public String title() {
    return "an API key resolved, warm, " + keys + " keys in rotation, a new String each time";
  }

  @Override
  public List<Variant> variants() {
    return variants;
  }

  /** Whatever keeps keyed digests has to make one and to look it up. */
  private static Variant limit(byte[][] good, byte[] bad) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new SecureRandom().generateSeed(32), "HmacSHA256"));
    Map<Digest, Object> owners = new ConcurrentHashMap<>();
    for (byte[] text : good) owners.put(Digest.of(mac.doFinal(text)), "acme");
    Rotation rotation = new Rotation(good);
    return new Variant(
        "limit: HMAC-SHA-256 and a map",
        () -> {
          for (byte[] text : good)
            require(find(owners, mac, new Rotation(text)) != null, "unknown");
          require(find(owners, mac, new Rotation(bad)) == null, "it knows a key that is not kept");
        },
        () -> {
          Object owner = find(owners, mac, rotation);
          if (owner == null) throw new IllegalStateException("unknown");
          return owner;
        });
  }

  private static @Nullable Object find(Map<Digest, Object> owners, Mac mac, Rotation rotation) {
    byte[] text = rotation.next().getBytes(StandardCharsets.ISO_8859_1);
    return owners.get(Digest.of(mac.doFinal(text)));
  }

  private static Variant sallyport(KeyAuthenticator keys, byte[][] good, byte[] bad) {
    Rotation rotation = new Rotation(good);
    return new Variant(
        "Sallyport",
        () -> {
          for (byte[] text : good) {
            require(isKnown(show(keys, new Rotation(text))), "it refuses a good key");
          }
          require(!isKnown(show(keys, new Rotation(bad))), "it accepts a revoked key");
        },
        () -> show(keys, rotation));
  }

  private static Authentication show(KeyAuthenticator keys, Rotation rotation) {
    return keys.authenticate(new Credential.ApiKey(new Secret(rotation.next())));
  }

  private static boolean isKnown(Authentication authentication) {
    return authentication instanceof Authentication.Known;
  }

  @Override
  public void close() {
    room.close();
  }

  /** A digest as four numbers, the cheapest thing to look up by. */
  private record Digest(long a, long b, long c, long d) {
    static Digest of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new Digest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /** A digest is random in every part. */
    @Override
    public int hashCode() {
      return (int) a;
    }
  }
}
