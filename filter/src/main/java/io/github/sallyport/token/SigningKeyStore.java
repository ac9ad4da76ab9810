package io.github.sallyport.token;

import java.util.List;

/**
 * Where signing keys are kept. Every method may throw {@link
 * io.github.sallyport.StoreUnavailableException}; whether a change took place is then not known.
 */
public interface SigningKeyStore {
  /** By which the change feed calls them. */
  String KIND = "signing-key";

  /** By which it calls all of them, with the newest one's ordinal as their version. */
  String ALL = "*";

  /** All keys, the oldest first. */
  List<SigningKeyRecord> read();

  /**
   * Adds the next one.
   *
   * @return false: somebody else added one with this ordinal
   */
  boolean add(SigningKeyRecord key);

  /**
   * Puts another seal on a key, where nobody did so meanwhile. The key is the same, so that no node
   * need hear of it.
   *
   * @return false: it is gone, or has another seal
   */
  boolean reseal(SigningKeyRecord before, String sealedKey, String sealedBy);

  /** Removes keys that nobody's token needs any more: those up to this ordinal. */
  void removeUpTo(int ordinal);
}
