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
 * {@code @Inject Principal} is the server's own: a full one knows the caller by our mechanism, and
 * where there is none nobody is taken for somebody.
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
  void itIsTheCallerOrNobodyIsServed() {
    for (String user : new String[] {"alice", "bob"}) {
      String token = TestIssuers.person(user).rs256(TestIssuers.people().getPrivate());
      Http.Answer answer = get(APP, "/principal").bearer(token).send();
      // Tomcat can't make the servlet: 500, and 404 from then on.
      if (Server.HERE.isFull()) assertThat(answer.isOk().body()).isEqualTo(user);
      else assertThat(answer.status()).isIn(404, 500);
    }
  }
}
