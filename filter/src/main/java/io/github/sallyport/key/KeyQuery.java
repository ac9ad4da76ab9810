package io.github.sallyport.key;

import io.github.sallyport.key.ApiKeyRecord.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a list shall hold: those of which all holds that is not null.
 *
 * @param owner they belong to this one
 * @param status they stand so
 * @param plan they have this plan
 * @param text id, owner, name or description hold this text, in any case
 * @param expiresBefore the end that was agreed for them comes before this
 * @param unusedSince they were not used, nor issued, since
 */
public record KeyQuery(
    @Nullable String owner,
    @Nullable Status status,
    @Nullable String plan,
    @Nullable String text,
    @Nullable Instant expiresBefore,
    @Nullable Instant unusedSince) {
  /** All keys. */
  public static final KeyQuery ALL = new KeyQuery(null, null, null, null, null, null);

  /** The keys of one owner. */
  public static KeyQuery ofOwner(String owner) {
    return new KeyQuery(owner, null, null, null, null, null);
  }
}
