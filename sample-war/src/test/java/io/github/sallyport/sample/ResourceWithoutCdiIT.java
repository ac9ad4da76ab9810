package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.plain.PlainApi;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A resource that is no bean: CDI is told to look at nothing here, and Jersey's CDI module, which
 * would put an interceptor before a resource all the same, is not there. Nothing but what JAX-RS
 * itself asks before a resource method keeps anybody out.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ResourceWithoutCdiIT {
  private static final String NAME = "plain";
  private static final URI APP = Container.uri(NAME);
  private static final String LOOK_AT_NOTHING =
      """
      <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0"
          bean-discovery-mode="none"/>
      """;

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    WebArchive war = Container.war(NAME, "/*").addPackage(PlainApi.class.getPackage());
    war.delete("/WEB-INF/beans.xml");
    war.getContent(path -> path.get().startsWith("/WEB-INF/lib/jersey-cdi1x"))
        .keySet()
        .forEach(war::delete);
    return war.addAsWebInfResource(new StringAsset(LOOK_AT_NOTHING), "beans.xml");
  }

  @Test
  void whatItIsSecuredWithHolds() {
    String without = TestIssuers.person("alice").rs256(TestIssuers.people().getPrivate());
    String with =
        TestIssuers.person("alice").scope("vault:open").rs256(TestIssuers.people().getPrivate());

    get(APP, "/rest/plain").bearer(without).send().isRefusal(403, "scope_insufficient");
    assertThat(get(APP, "/rest/plain").bearer(with).send().isOk().body()).isEqualTo("opened");

    String stale =
        TestIssuers.person("alice")
            .claim("auth_time", 1_000_000_000)
            .rs256(TestIssuers.people().getPrivate());
    get(APP, "/rest/plain/fresh").bearer(stale).send().isRefusal(403, "authentication_too_old");
    assertThat(get(APP, "/rest/plain/fresh").bearer(with).send().isOk().body())
        .isEqualTo("touched");
  }
}
