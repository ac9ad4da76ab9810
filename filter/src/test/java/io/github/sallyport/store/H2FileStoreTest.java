package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;

/** On the file that comes along. */
class H2FileStoreTest extends StoreContract {
  @Override
  Dialect dialect() {
    return Dialect.H2;
  }

  @Override
  Source.Url newDatabase(Path folder) {
    return EmbeddedH2.in(folder);
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
