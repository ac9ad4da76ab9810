package io.github.sallyport.key;

import io.github.sallyport.audit.Seals;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seals under keys of their own, made from the peppers: the newest seals, every listed one
 * verifies.
 */
public final class PepperSeals implements Seals {
  private final Map<String, HmacSha256> byPepper = new LinkedHashMap<>();
  private final String newest;

  private PepperSeals(List<Pepper> peppers) {
    for (Pepper pepper : peppers) {
      byte[] key = Hkdf.derive(pepper.bytes(), "sallyport audit seal", HmacSha256.BYTES);
      byPepper.putIfAbsent(pepper.id(), new HmacSha256(key));
    }
    newest = byPepper.keySet().iterator().next();
  }

  /**
   * The seals of these settings.
   *
   * @return {@link Seals#OFF} where there is no pepper
   */
  public static Seals of(KeySettings settings) {
    return settings.peppers().isEmpty() ? OFF : new PepperSeals(settings.peppers());
  }

  @Override
  public String newest() {
    return newest;
  }

  @Override
  public Optional<String> seal(String id, byte[] bytes) {
    if (id.equals(NONE)) return Optional.of("");
    return Optional.ofNullable(byPepper.get(id)).map(k -> HexFormat.of().formatHex(k.of(bytes)));
  }
}
