package io.github.sallyport.key;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
   * Finds a key as it is in the store now, whatever copies there are: with its last use, of which
   * copies hear nothing.
   */
  default Optional<ApiKeyRecord> read(String id) {
    return find(id);
  }

  /**
   * Finds the id of a foreign key by what its text may be kept as.
   *
   * @param digests all of them; the first is the one that it would be kept as today
   * @return empty: there is none; or there are several, which is reported to the operator, since
   *     nobody can say whose text this is
   */
  Optional<String> findForeign(List<KeyDigest> digests);

  /**
   * Lists keys in the order of their ids.
   *
   * @param limit how many at most
   * @param afterId where the list before this one ended; null: from the first
   */
  List<ApiKeyRecord> list(KeyQuery query, int limit, @Nullable String afterId);

  /** Keeps a new key; false: its id is taken, and nothing was done. */
  boolean insert(ApiKeyRecord record);

  /**
   * Keeps a foreign key.
   *
   * @param sameText what an earlier import of the same text would have been marked with; the first
   *     is kept as this one's mark
   * @return false: the text is here already, or the id is taken; nothing was done
   */
  boolean insertForeign(ApiKeyRecord record, List<KeyDigest> sameText);

  /**
   * Keeps the very first key, and claims to be the one that does, among all nodes and for ever.
   *
   * @param beforeCommit runs when claim and key are written but not yet committed; what it throws
   *     undoes them and is passed on
   * @return false: there are keys, or somebody claimed it before; nothing was done
   */
  boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit);

  /**
   * Changes a key, in one transaction in which nobody else changes it.
   *
   * @param step makes of the key as it is what it shall be; what it throws undoes all and is passed
   *     on
   * @return empty: there is no such key
   */
  Optional<Changed> change(String id, Function<ApiKeyRecord, Step> step);

  /**
   * Ends a key whose row is damaged, so that it can't be read, nor changed otherwise. Should
   * somebody mend the row, the key is over all the same.
   *
   * @return whether it was this that ended it; empty: there is no such row
   */
  Optional<Boolean> revokeUnread(String id);

  /**
   * Notes a use, unless the key is revoked or a later one is noted. Neither the version nor the
   * change feed moves.
   */
  void noteUse(String id, LastUse use);

  /**
   * Puts another digest of the same text in the place of one, unless that has gone. Neither the
   * version nor the change feed moves, so that this never undoes a change.
   */
  void replaceDigest(String id, KeyDigest old, KeyDigest current);

  /**
   * Finds active keys whose end is near and was not told of yet, in the order of their ids.
   *
   * @param daysLeft telling that there are 7 left includes that there are 30
   * @param endsBy their agreed end is no later than this
   * @param orCreatedBy or they were created no later than this; null: that says nothing
   * @param limit how many at most
   */
  List<ApiKeyRecord> untoldEnds(
      int daysLeft, Instant endsBy, @Nullable Instant orCreatedBy, int limit);

  /**
   * Finds active keys that nobody uses and that were not told of yet, in the order of their ids.
   *
   * @param since neither created nor used after this
   * @param limit how many at most
   */
  List<ApiKeyRecord> untoldIdle(Instant since, int limit);

  /**
   * Claims to be the one, of all nodes, who tells that a key nears its end.
   *
   * @param daysLeft telling that there are 7 left includes that there are 30
   * @return false: that was told
   */
  boolean claimEndNotice(String id, int daysLeft);

  /**
   * Claims to be the one, of all nodes, who tells that a key is not used any more.
   *
   * @return false: that was told since its last use
   */
  boolean claimIdleNotice(String id);

  /**
   * Counts the keys, not revoked, whose digest can't be compared: it was made under none of these
   * peppers, or of an old system's HMAC with none of them as the secret.
   */
  long countUnderOtherPeppers(Set<String> pepperIds);

  /**
   * What a change shall be.
   *
   * @param record the key as it shall be; as it was given: nothing changes
   * @param added another key that is kept in the same transaction; null: none
   */
  record Step(ApiKeyRecord record, @Nullable ApiKeyRecord added) {
    static Step to(ApiKeyRecord record) {
      return new Step(record, null);
    }
  }

  /**
   * What a change was.
   *
   * @param before the key as it was
   * @param after the key as it is; with the same version where nothing changed
   * @param added the other key that is kept; null: none
   */
  record Changed(ApiKeyRecord before, ApiKeyRecord after, @Nullable ApiKeyRecord added) {
    /** Tells whether anything changed. */
    public boolean happened() {
      return before.version() != after.version();
    }
  }
}
