package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.Container.Issued;
import io.github.sallyport.sample.app.EchoServlet;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Applications beside each other in one server share nothing. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class TwoWarsIT {
  private static final String LEFT = "left";
  private static final String RIGHT = "right";
  private static final String GOING = "going";
  private static final int FAILURES = 3;

  @ArquillianResource Deployer deployer;

  @Deployment(name = LEFT, order = 1, testable = false)
  static WebArchive left() {
    return application(LEFT, "bGVmdCBwZXBwZXIsIHRoaXJ0eS10d28gYnl0ZXMgb3IgbW9yZQ");
  }

  @Deployment(name = RIGHT, order = 2, testable = false)
  static WebArchive right() {
    return application(RIGHT, "cmlnaHQgcGVwcGVyLCB0aGlydHktdHdvIGJ5dGVzIG9yIG1vcmU");
  }

  @Deployment(name = GOING, managed = false, testable = false)
  static WebArchive going() {
    return application(GOING, "Z29pbmcgcGVwcGVyLCB0aGlydHktdHdvIGJ5dGVzIG9yIG1vcmU");
  }

  private static WebArchive application(String name, String pepper) {
    TestIssuers.open();
    return Container.war(
            name,
            "/*",
            "sallyport.api-key.pepper",
            pepper,
            "sallyport.api-key.foreign",
            "true",
            "sallyport.limit.failures",
            FAILURES + "/PT1H",
            "sallyport.require-https",
            "false",
            "sallyport.plan.few.limit",
            "2/PT1H")
        .addPackage(EchoServlet.class.getPackage());
  }

  private static Issued issue(String name, String members) {
    return Container.issue(Container.uri(name), admin(name), members);
  }

  private static String admin(String name) {
    return Container.adminKey(Container.data(name));
  }

  private static Http.Answer echo(String name, String key) {
    return get(Container.uri(name), "/echo").key(key).send();
  }

  @Test
  void aKeyOfOneIsUnknownToTheOther() {
    Issued left = issue(LEFT, "\"scopes\":[]");
    echo(LEFT, left.key()).isOk();
    echo(RIGHT, left.key()).isRefusal(401, "key_unknown");
    echo(RIGHT, admin(LEFT)).isRefusal(401, "key_unknown");
  }

  @Test
  void aKeyThatBothHaveIsRevokedInOneAlone() {
    String text = "the-same-text-for-both-applications";
    String left = imported(LEFT, text);
    imported(RIGHT, text);
    // Both have a copy of it now.
    echo(LEFT, text).isOk();
    echo(RIGHT, text).isOk();

    Container.revoke(Container.uri(LEFT), admin(LEFT), left).is(204);

    echo(LEFT, text).isRefusal(401, "key_revoked");
    echo(RIGHT, text).isOk();
  }

  private static String imported(String name, String text) {
    return request(Container.uri(name), "POST", "/sallyport/keys/import")
        .key(admin(name))
        .body("application/json", "{\"owner\":\"acme\",\"scopes\":[],\"key\":\"" + text + "\"}")
        .sendUnguarded()
        .is(201)
        .text("id");
  }

  /** One address is behind both: it is told apart by the application that it asks. */
  @Test
  void whoIsHeldUpInOneForFailuresIsNotInTheOther() {
    for (int i = 0; i < FAILURES; i++) guess(RIGHT).isRefusal(401, "key_unknown");
    guess(RIGHT).isRefusal(429, "rate_limited");

    guess(LEFT).isRefusal(401, "key_unknown");
  }

  /** Requests from this machine count where a proxy passed them on. */
  private static Http.Answer guess(String name) {
    return get(Container.uri(name), "/echo")
        .key("a-text-that-nobody-has-as-a-key")
        .header("X-Forwarded-For", "203.0.113.9")
        .send();
  }

  @Test
  void aPlanThatIsUsedUpInOneIsNotInTheOther() {
    Issued left = issue(LEFT, "\"scopes\":[],\"plan\":\"few\"");
    Issued right = issue(RIGHT, "\"scopes\":[],\"plan\":\"few\"");
    echo(LEFT, left.key()).isOk();
    echo(LEFT, left.key()).isOk();

    echo(LEFT, left.key()).isRefusal(429, "rate_limited");

    echo(RIGHT, right.key()).isOk();
  }

  @Test
  void oneThatGoesLeavesTheOtherAsItWas() {
    Issued left = issue(LEFT, "\"scopes\":[]");
    echo(LEFT, left.key()).isOk();
    deployer.deploy(GOING);
    issue(GOING, "\"scopes\":[]");
    deployer.undeploy(GOING);

    echo(LEFT, left.key()).isOk();
    issue(LEFT, "\"scopes\":[]");
    String token = TestIssuers.person("alice").rs256(TestIssuers.people().getPrivate());
    assertThat(get(Container.uri(LEFT), "/echo").bearer(token).send().isOk().text("principal"))
        .isEqualTo("alice");
    Container.revoke(Container.uri(LEFT), admin(LEFT), left.id()).is(204);
    echo(LEFT, left.key()).isRefusal(401, "key_revoked");
  }
}
