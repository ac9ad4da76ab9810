package io.github.sallyport.token;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.Change;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A store of signing keys that several nodes share, and its change feed. */
public final class MemoryKeys implements SigningKeyStore, ChangeSource {
  private final List<SigningKeyRecord> rows = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  public volatile boolean down;
  final AtomicInteger reads = new AtomicInteger();

  private void requireUp() {
    if (down) throw new StoreUnavailableException("down");
  }

  @Override
  public synchronized List<SigningKeyRecord> read() {
    requireUp();
    reads.incrementAndGet();
    return List.copyOf(rows);
  }

  @Override
  public synchronized boolean add(SigningKeyRecord key) {
    requireUp();
    if (rows.stream().anyMatch(row -> row.ordinal() == key.ordinal())) return false;
    rows.add(key);
    changed();
    return true;
  }

  @Override
  public synchronized boolean reseal(SigningKeyRecord before, String sealedKey, String sealedBy) {
    requireUp();
    for (int i = 0; i < rows.size(); i++) {
      SigningKeyRecord row = rows.get(i);
      if (row.ordinal() != before.ordinal()) continue;
      if (!row.sealedKey().equals(before.sealedKey())) return false;
      replace(i, row.publicKey(), sealedKey, sealedBy);
      return true;
    }
    return false;
  }

  /** Puts this in a row's place, past everybody. */
  synchronized void replace(int at, String publicKey, String sealedKey, String sealedBy) {
    SigningKeyRecord row = rows.get(at);
    rows.set(
        at,
        new SigningKeyRecord(
            row.ordinal(),
            row.kid(),
            row.algorithm(),
            publicKey,
            sealedKey,
            sealedBy,
            row.createdAt(),
            row.usedFrom()));
  }

  @Override
  public synchronized void removeUpTo(int ordinal) {
    requireUp();
    if (rows.removeIf(row -> row.ordinal() <= ordinal)) changed();
  }

  private void changed() {
    int newest = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).ordinal();
    changes.add(new Change(changes.size() + 1L, KIND, ALL, newest));
  }

  @Override
  public synchronized Changes read(long from, int limit) {
    requireUp();
    return new Changes(
        changes.size(),
        changes.stream().filter(change -> change.position() >= from).limit(limit).toList());
  }

  @Override
  public void prune(long upTo) {}
}
