package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The filter alone on one Jetty, in which Arquillian has no part. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnJetty implements FilterAlone {
  private final String home;
  private final String environment;
  private RunningJetty jetty;

  /** See {@link RunningJetty#home} and {@link RunningJetty#start}. */
  OnJetty(String home, String environment) {
    this.home = home;
    this.environment = environment;
  }

  @BeforeAll
  void start() {
    Path base = Path.of(System.getProperty("sample.target"), "it", "jetty", environment);
    jetty =
        RunningJetty.start(
            RunningJetty.home(home),
            environment,
            List.of("forwarded"),
            base,
            RunningSample.freePort(),
            List.of());
    jetty.deploy(FilterAlone.war(name()));
  }

  @AfterAll
  void stop() {
    jetty.close();
  }

  @Override
  public String name() {
    return "alone-" + environment;
  }

  @Override
  public URI app() {
    return jetty.app(name());
  }

  @Test
  void aTokenOfTheLargestSizeIsLookedAt() {
    String longest = "a.b." + "c".repeat(8192 - 4);
    get(app(), "/echo").bearer(longest).send().isRefusal(401, "token_invalid");
    get(app(), "/echo").bearer(longest + "c").send().isRefusal(400, "credential_malformed");
  }

  @Test
  void aProxysWordCountsForHttpsAndForTheAddress() {
    String there =
        Container.issue(
                app(),
                Container.adminKey(Container.data(name())),
                "\"scopes\":[],\"addresses\":[\"203.0.113.9\"]")
            .key();
    get(app(), "/echo").key(there).send().isRefusal(403, "address_refused");
    forwarded(there, "203.0.113.9", "https").isOk();
    forwarded(there, "203.0.113.9", "http").isRefusal(403, "https_required");
    forwarded(there, "203.0.113.8", "https").isRefusal(403, "address_refused");
    // As our page on Jetty warns.
    forwarded(there, "203.0.113.9, 203.0.113.8", "https").isOk();
  }

  private Http.Answer forwarded(String key, String address, String scheme) {
    return get(app(), "/echo")
        .key(key)
        .header("X-Forwarded-For", address)
        .header("X-Forwarded-Proto", scheme)
        .send();
  }
}
