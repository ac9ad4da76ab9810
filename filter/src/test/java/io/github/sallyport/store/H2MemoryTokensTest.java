package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.util.UUID;

/** On H2 without a file. */
class H2MemoryTokensTest extends TokensContract {
  @Override
  Source.Url newDatabase(Path folder) {
    return new Source.Url(new Secret("jdbc:h2:mem:" + UUID.randomUUID()), "sallyport", null);
  }

  @Override
  String inTokyo() {
    return "SET TIME ZONE 'Asia/Tokyo'";
  }
}
