package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;

/** On the file that comes along. */
class H2FileTokensTest extends TokensContract {
  @Override
  Source.Url newDatabase(Path folder) {
    return EmbeddedH2.in(folder);
  }

  @Override
  String inTokyo() {
    return "SET TIME ZONE 'Asia/Tokyo'";
  }
}
