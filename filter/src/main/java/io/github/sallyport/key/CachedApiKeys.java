package io.github.sallyport.key;

import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.RecordCache;
import io.github.sallyport.key.ApiKeyRecord.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys from the store, with copies of those that are used kept in the process. */
public final class CachedApiKeys implements ApiKeyStore {
  private final ApiKeyStore store;
  private final RecordCache<ApiKeyRecord> copies;

  /** Takes its place among the copies under the name {@code sallyport.keys}. */
  public CachedApiKeys(ApiKeyStore store, Caches caches) {
    this.store = store;
    this.copies = caches.records("sallyport.keys", ApiKeyRecord::version);
  }

  @Override
  public Optional<ApiKeyRecord> find(String id) {
    return copies.find(id, store::find);
  }

  @Override
  public Optional<StatusChange> setStatus(String id, Status status) {
    return copies.change(
        id, () -> store.setStatus(id, status), made -> made.map(StatusChange::record).orElse(null));
  }

  @Override
  public byte[] idKey() {
    return store.idKey();
  }

  @Override
  public List<ApiKeyRecord> list(@Nullable String owner, int limit, @Nullable String afterId) {
    return store.list(owner, limit, afterId);
  }

  @Override
  public boolean insert(ApiKeyRecord record) {
    return store.insert(record);
  }

  @Override
  public boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit) {
    return store.insertFirst(record, beforeCommit);
  }

  @Override
  public long countUnderOtherPeppers(Set<String> pepperIds) {
    return store.countUnderOtherPeppers(pepperIds);
  }
}
