package io.github.sallyport.testing.planted.endpoint;

import io.github.sallyport.key.ApiKeyStore;
import java.util.Optional;

/** Changes a key past the one class that may. */
final class ChangesKeys {
  Optional<Boolean> change(ApiKeyStore store, String id) {
    return store.revokeUnread(id);
  }
}
