package io.github.sallyport.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.token.RefreshTokens;
import io.github.sallyport.token.RefreshTokens.Exchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;

/**
 * A process that uses each refresh token that it is told, and says the successor; or that there is
 * none. It ends with its input.
 */
final class RefreshNode {
  private RefreshNode() {}

  /**
   * Begins.
   *
   * @param arguments a JDBC URL and a user
   */
  public static void main(String[] arguments) throws IOException {
    StoreSettings settings =
        new StoreSettings(
            new Source.Url(new Secret(arguments[0]), arguments[1], null),
            null,
            true,
            Duration.ofSeconds(20));
    try (Store store = Store.open(settings);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      RefreshTokens tokens =
          new RefreshTokens(store.refresh(), Duration.ofMinutes(10), event -> {});
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Exchange used = tokens.use(new Secret(line), Instant.now(), Actor.part("node"));
        System.out.println(
            used instanceof Exchange.Good good ? good.successor().reveal() : used.toString());
      }
    }
  }
}
