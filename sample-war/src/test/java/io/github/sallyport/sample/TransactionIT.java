package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sallyport.sample.transaction.Ledger;
import io.github.sallyport.sample.transaction.StandIn;
import jakarta.transaction.Transactional;
import java.io.File;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code @Secured} beside {@code @Transactional}. WildFly has a transaction manager; on Tomcat an
 * interceptor stands in for it.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class TransactionIT {
  private static final String NAME = "transaction";
  private static final URI APP = Container.uri(NAME);

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    WebArchive war = Container.war(NAME, "/*").addPackage(Ledger.class.getPackage());
    return Server.HERE.isFull()
        ? war.deleteClass(StandIn.class)
        : war.addAsLibrary(
            new File(
                Transactional.class.getProtectionDomain().getCodeSource().getLocation().getPath()));
  }

  @Test
  void aRefusedCallBeginsNoTransactionAndTheSameCallWithTheScopeBeginsOne() {
    assumeThat(Server.HERE)
        .as("it tells no observer of @Initialized(TransactionScoped.class)")
        .matches(here -> here != Server.LIBERTY && !here.isGlassFish());
    int before = begun();

    write("ledger:read").isRefusal(403, "scope_insufficient");
    assertThat(begun()).isEqualTo(before);

    assertThat(write("ledger:write").isOk().body()).isEqualTo("written");
    assertThat(begun()).isEqualTo(before + 1);
  }

  private static Http.Answer write(String scope) {
    return request(APP, "POST", "/ledger").bearer(token(scope)).send();
  }

  private static int begun() {
    return Integer.parseInt(get(APP, "/ledger").bearer(token("")).send().isOk().body());
  }

  private static String token(String scope) {
    return TestIssuers.person("alice").scope(scope).rs256(TestIssuers.people().getPrivate());
  }
}
