package io.github.sallyport.key;

import io.github.sallyport.key.ApiKeyRecord.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where keys are kept. Safe for use by many threads; what a method returns is durable before.
 *
 * <p>Every method may throw {@link io.github.sallyport.StoreUnavailableException}: the store does
 * not answer, and nobody can say what it holds or what became of a change.
 */
public interface ApiKeyStore {

  /** The key of the tags in key ids: 32 bytes, the same for the store's whole life. */
  byte[] idKey();

  /** Finds a key. A row that can't be read is reported to the operator and not found. */
  Optional<ApiKeyRecord> find(String id);

  /**
   * Lists keys in the order of their ids.
   *
   * @param owner whose; null: everybody's
   * @param limit how many at most
   * @param afterId where the list before this one ended; null: from the first
   */
  List<ApiKeyRecord> list(@Nullable String owner, int limit, @Nullable String afterId);

  /** Keeps a new key; false: its id is taken, and nothing was done. */
  boolean insert(ApiKeyRecord record);

  /**
   * Keeps the very first key, and claims to be the one that does, among all nodes and for ever.
   *
   * @param beforeCommit runs when claim and key are written but not yet committed; what it throws
   *     undoes them and is passed on
   * @return false: there are keys, or somebody claimed it before; nothing was done
   */
  boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit);

  /**
   * Sets a key's status, unless it is revoked already, which is for good.
   *
   * @return empty: there never was such a key
   */
  Optional<StatusChange> setStatus(String id, Status status);

  /** Counts the keys, not revoked, whose digest was made under none of these peppers. */
  long countUnderOtherPeppers(Set<String> pepperIds);

  /**
   * What became of a key whose status was to be set.
   *
   * @param changed false: it was so already, or is revoked
   * @param record the key as it is now; null if its row can't be read
   */
  record StatusChange(boolean changed, @Nullable ApiKeyRecord record) {}
}
