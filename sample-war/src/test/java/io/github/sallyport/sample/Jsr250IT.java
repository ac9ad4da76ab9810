package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.words.Counter;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code sallyport.cdi.jsr250}, inside the filter's pattern and outside. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class Jsr250IT {
  private static final String NAME = "words";
  private static final URI APP = Container.uri(NAME);

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/in/*")
        .addPackage(Counter.class.getPackage())
        .addAsResource(
            new StringAsset("sallyport.cdi.jsr250=true\n"),
            "META-INF/microprofile-config.properties");
  }

  private static Http ask(String query, String... roles) {
    return get(APP, "/in/counter?" + query)
        .bearer(TestIssuers.person("alice").roles(roles).rs256(TestIssuers.people().getPrivate()));
  }

  @Test
  void theNearestWordHoldsForWhoCameThroughTheFilter() {
    assertThat(ask("serve", "clerk").send().isOk().body()).isEqualTo("served");
    ask("serve", "user").send().isRefusal(403, "role_missing");
    assertThat(ask("look", "user").send().isOk().body()).isEqualTo("looked");
    ask("empty", "clerk").send().isRefusal(403, "policy_denied");
  }

  @Test
  void whatDidNotComeThroughTheFilterIsTheContainersToJudge() {
    assertThat(get(APP, "/out/counter?serve").send().isOk().body()).isEqualTo("served");
  }
}
