package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.app.AsyncServlet;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A filter on a part of the application alone: what it let in there stays known everywhere. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class NarrowPatternIT {
  private static final String NAME = "narrow";
  private static final URI APP = Container.uri(NAME);

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/in/*").addPackage(AsyncServlet.class.getPackage());
  }

  private static String alice() {
    return TestIssuers.person("alice").rs256(TestIssuers.people().getPrivate());
  }

  @Test
  void theFilterStandsBeforeItsPatternAlone() {
    get(APP, "/in/echo").send().isRefusal(401, "credential_missing");
    Http.Answer outside = get(APP, "/echo").send().isOk();
    assertThat(outside.json().path("principal").isNull()).isTrue();
  }

  @Test
  void whatIsOutsideAndNotThereIsNotFound() {
    get(APP, "/nothing").send().is(404);
    get(APP, "/nothing").bearer(alice()).sendUnguarded().is(404);
    assertThat(ServerLog.lines("FilterCoverage")).isEmpty();
  }

  @Test
  void noSpellingOfAPathGoesAroundThePattern() {
    for (String target : PathTricks.to("/in/echo", "/nowhere")) {
      // It reads %u002f as a slash where it looks for the servlet, and not for the filter; our page
      // on GlassFish warns.
      if (Server.HERE.isGlassFish() && PathTricks.isMalformed(target)) continue;
      assertThat(get(APP, target).sendWhateverItIs().status()).as(target).isNotEqualTo(200);
    }
    assertThat(get(APP, "/in/echo").bearer(alice()).send().isOk().text("principal"))
        .isEqualTo("alice");
  }

  @Test
  void aDispatchOutOfThePatternKeepsTheCaller() {
    for (String by : new String[] {"forward", "include", "async"}) {
      Http.Answer answer = get(APP, "/in/dispatch?to=/echo&by=" + by).bearer(alice()).send().isOk();
      assertThat(answer.text("principal")).as(by).isEqualTo("alice");
    }
    assertThat(get(APP, "/in/dispatch?by=error").bearer(alice()).send().is(418).text("principal"))
        .isEqualTo("alice");
  }

  @Test
  void aDispatchIntoThePatternFromOutsideMakesNobodyACaller() {
    Http.Answer answer = get(APP, "/dispatch?to=/in/echo&by=async").bearer(alice()).sendUnguarded();

    // Nobody was established on the way in, so nobody may appear out of a header now.
    assertThat(answer.body()).doesNotContain("\"principal\":\"alice\"");
  }

  @Test
  void ourOwnEndpointsAreFilteredWhateverThePattern() {
    get(APP, "/sallyport/keys").send().isRefusal(401, "credential_missing");
    get(APP, "/sallyport/keys").key(Container.adminKey(Container.data(NAME))).send().isOk();
  }
}
