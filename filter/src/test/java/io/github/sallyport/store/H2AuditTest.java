package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import java.util.UUID;

/** On H2 without a file. */
class H2AuditTest extends AuditContract {
  @Override
  Source.Url newDatabase() {
    return new Source.Url(new Secret("jdbc:h2:mem:" + UUID.randomUUID()), "sallyport", null);
  }

  @Override
  boolean isScan(String line) {
    return line.contains(".tableScan");
  }
}
