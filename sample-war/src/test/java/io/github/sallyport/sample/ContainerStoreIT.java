package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.transaction.Desk;
import io.github.sallyport.sample.transaction.StandIn;
import jakarta.transaction.Transactional;
import java.io.File;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Keys in a database that the container has, issued from Java within the application's own
 * transaction: on WildFly its JTA data source, on Tomcat one of its pools.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ContainerStoreIT {
  private static final String NAME = "container-store";
  private static final URI APP = Container.uri(NAME);
  private static final String DATA_SOURCE =
      Server.HERE.isFull() ? "java:comp/DefaultDataSource" : "java:comp/env/jdbc/keys";

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    WebArchive war =
        Container.war(NAME, "/*", "sallyport.store.datasource", DATA_SOURCE)
            .addPackage(Desk.class.getPackage());
    if (Server.HERE.isFull()) return war.deleteClass(StandIn.class);
    return war.addAsLibrary(
            new File(
                Transactional.class.getProtectionDomain().getCodeSource().getLocation().getPath()))
        .addAsManifestResource(
            new StringAsset(
                """
                <Context>
                  <Resource name="jdbc/keys" type="javax.sql.DataSource" auth="Container"
                      driverClassName="org.h2.Driver" url="jdbc:h2:mem:keys;DB_CLOSE_DELAY=-1"
                      username="sa" password=""/>
                </Context>
                """),
            "context.xml");
  }

  @Test
  void aKeyThatWasIssuedStandsWhenTheApplicationsTransactionRollsBack() {
    String admin = Container.adminKey(Container.data(NAME));
    String key = request(APP, "POST", "/desk").key(admin).send().isOk().body();
    assertThat(key).startsWith("sp_live_");
    // Where there is a transaction manager, the application's own row is gone.
    assertThat(get(APP, "/desk").key(key).send().isOk().body())
        .isEqualTo(Server.HERE.isFull() ? "0" : "1");
    String other = key.substring(0, 60) + (key.endsWith("x") ? "y" : "x");
    get(APP, "/desk").key(other).send().isRefusal(401, "key_unknown");
  }
}
