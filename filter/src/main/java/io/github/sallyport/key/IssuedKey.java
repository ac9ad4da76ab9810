package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.util.Objects;

/**
 * A key that was just issued.
 *
 * @param record what is kept of it
 * @param key its text, which is nowhere else and can't be had again
 */
public record IssuedKey(ApiKeyRecord record, Secret key) {
  public IssuedKey {
    Objects.requireNonNull(record, "record");
    Objects.requireNonNull(key, "key");
  }
}
