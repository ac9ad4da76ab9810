package io.github.sallyport.key;

import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.RecordCache;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys from the store, with copies of those that are used kept in the process. */
public final class CachedApiKeys implements ApiKeyStore {
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
    this.copies = caches.records("sallyport.keys", ApiKeyRecord::version);
    this.foreignIds = caches.records("sallyport.foreign-keys", id -> 1);
  }

  @Override
  public Optional<ApiKeyRecord> find(String id) {
    return copies.find(id, store::find);
  }

  @Override
  public Optional<Changed> change(String id, Function<ApiKeyRecord, Step> step) {
    return copies.change(
        id, () -> store.change(id, step), made -> made.map(Changed::after).orElse(null));
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
    return store.insert(record);
  }

  @Override
  public boolean insertForeign(ApiKeyRecord record, List<KeyDigest> sameText) {
    return store.insertForeign(record, sameText);
  }

  @Override
  public boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit) {
    return store.insertFirst(record, beforeCommit);
  }

  @Override
  public boolean revokeUnread(String id) {
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
