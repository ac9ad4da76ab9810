package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.util.UUID;

/** On H2 without a file. */
class H2MemoryStoreTest extends StoreContract {
  @Override
  Dialect dialect() {
    return Dialect.H2;
  }

  @Override
  Source.Url newDatabase(Path folder) {
    return new Source.Url(new Secret("jdbc:h2:mem:" + UUID.randomUUID()), "sallyport", null);
  }

  @Override
  boolean isScan(String line) {
    return line.contains(".tableScan");
  }

  @Override
  String index() {
    return "PRIMARY_KEY|SALLYPORT_KEY_[A-Z]+";
  }
}
