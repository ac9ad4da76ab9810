package io.github.sallyport.testing.planted.endpoint;

import io.github.sallyport.key.ApiKeyStore;

/** Changes a key past the one class that may. */
final class ChangesKeys {
  boolean change(ApiKeyStore store, String id) {
    return store.revokeUnread(id);
  }
}
