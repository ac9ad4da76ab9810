package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.principal.PrincipalServlet;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code @Inject Principal} is the caller: by the server's own bean where it has one, since it
 * knows the caller by our mechanism, and by ours where it has none.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class PrincipalIT {
  private static final String NAME = "principal";
  private static final URI APP = Container.uri(NAME);

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/*").addPackage(PrincipalServlet.class.getPackage());
  }

  @Test
  void itIsTheCaller() {
    for (String user : new String[] {"alice", "bob"}) {
      String token = TestIssuers.person(user).rs256(TestIssuers.people().getPrivate());
      assertThat(get(APP, "/principal").bearer(token).send().isOk().body()).isEqualTo(user);
    }
  }
}
