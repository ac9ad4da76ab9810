package io.github.sallyport.key;

import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.RecordCache;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys from the store, with copies of those that are used kept in the process. */
public final class CachedApiKeys implements ApiKeyStore {
  /** By which the change feed calls keys. */
  public static final String KIND = "key";

  private final ApiKeyStore store;
  private final RecordCache<ApiKeyRecord> copies;
  private final RecordCache<String> foreignIds;

  /**
   * Takes its places among the copies: {@code sallyport.keys}, and {@code sallyport.foreign-keys}
   * for which id a foreign text has. That never changes, and proves nothing: whether the key with
   * that id has that text is asked each time.
   */
  public CachedApiKeys(ApiKeyStore store, Caches caches) {
    this.store = store;
    this.copies = caches.records("sallyport.keys", KIND, ApiKeyRecord::version);
    this.foreignIds = caches.lookUps("sallyport.foreign-keys", KIND);
  }

  @Override
  public Optional<ApiKeyRecord> find(String id) {
    return copies.find(id, store::find);
  }

  @Override
  public Optional<ApiKeyRecord> read(String id) {
    return store.find(id);
  }

  @Override
  public Optional<Changed> change(String id, Function<ApiKeyRecord, Step> step) {
    Optional<Changed> changed =
        copies.change(
            id, () -> store.change(id, step), made -> made.map(Changed::after).orElse(null));
    changed.map(Changed::added).ifPresent(added -> added(added, () -> true));
    return changed;
  }

  @Override
  public byte[] idKey() {
    return store.idKey();
  }

  @Override
  public Optional<String> findForeign(List<KeyDigest> digests) {
    // The first is made under the newest pepper: it tells nothing about the text.
    return foreignIds.find(digests.get(0).hex(), same -> store.findForeign(digests));
  }

  @Override
  public List<ApiKeyRecord> list(KeyQuery query, int limit, @Nullable String afterId) {
    return store.list(query, limit, afterId);
  }

  @Override
  public boolean insert(ApiKeyRecord record) {
    return added(record, () -> store.insert(record));
  }

  /** Somebody may have asked for the id while it was unknown. */
  private boolean added(ApiKeyRecord record, BooleanSupplier insert) {
    return copies.change(record.id(), insert::getAsBoolean, kept -> kept ? record : null);
  }

  @Override
  public boolean insertForeign(ApiKeyRecord record, List<KeyDigest> sameText) {
    boolean kept = added(record, () -> store.insertForeign(record, sameText));
    foreignIds.forgetUnknown();
    return kept;
  }

  @Override
  public boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit) {
    return added(record, () -> store.insertFirst(record, beforeCommit));
  }

  @Override
  public Optional<Boolean> revokeUnread(String id) {
    return copies.change(id, () -> store.revokeUnread(id), revoked -> null);
  }

  @Override
  public void noteUse(String id, LastUse use) {
    store.noteUse(id, use);
  }

  @Override
  public void replaceDigest(String id, KeyDigest old, KeyDigest current) {
    store.replaceDigest(id, old, current);
  }

  @Override
  public List<ApiKeyRecord> untoldEnds(
      int daysLeft, Instant endsBy, @Nullable Instant orCreatedBy, int limit) {
    return store.untoldEnds(daysLeft, endsBy, orCreatedBy, limit);
  }

  @Override
  public List<ApiKeyRecord> untoldIdle(Instant since, int limit) {
    return store.untoldIdle(since, limit);
  }

  @Override
  public boolean claimEndNotice(String id, int daysLeft) {
    return store.claimEndNotice(id, daysLeft);
  }

  @Override
  public boolean claimIdleNotice(String id) {
    return store.claimIdleNotice(id);
  }

  @Override
  public long countUnderOtherPeppers(Set<String> pepperIds) {
    return store.countUnderOtherPeppers(pepperIds);
  }
}
