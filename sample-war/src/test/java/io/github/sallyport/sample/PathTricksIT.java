package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is shut is opened to nobody by another spelling of its path. Each is tried by nobody, which
 * would tell that a rule of what is open was taken for it, and by a caller who may nothing, which
 * would tell that none of the rules was.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class PathTricksIT {
  private static final URI APP = Container.uri("");
  private static final Pattern AT_THE_ROOT =
      Pattern.compile("/WEB-INF/(ibm-web-ext|glassfish-web)\\.xml");

  private static final String STRONG = Doors.strong();
  private static final String WEAK = Doors.weak();

  @Deployment(testable = false)
  static WebArchive application() {
    return ShrinkWrap.create(WebArchive.class, "ROOT.war")
        .merge(Doors.war("tricks"))
        .merge(Container.sample(), "/", path -> AT_THE_ROOT.matcher(path.get()).matches());
  }

  /** What each of the targets must not do; empty: none did. */
  private static List<String> opened(List<String> targets) {
    List<String> faults = new ArrayList<>();
    for (String target : targets) {
      Http.Answer nobody = get(APP, target).sendWhateverItIs();
      Http.Answer weak = get(APP, target).bearer(WEAK).sendWhateverItIs();
      Http.Answer strong = get(APP, target).bearer(STRONG).sendWhateverItIs();
      if (nobody.body().contains("opened")) faults.add("nobody opened " + target);
      if (weak.body().contains("opened")) faults.add("who may nothing opened " + target);
      for (Http.Answer answer : List.of(nobody, weak, strong)) {
        boolean fault = answer.status() == 500 || answer.status() == 503;
        if (fault && !isTheServersOwn(target)) faults.add(answer.status() + " of " + target);
      }
    }
    return faults;
  }

  /** What the server itself answers with 500, before any filter. */
  private static boolean isTheServersOwn(String target) {
    return switch (Server.HERE) {
      case WILDFLY, WILDFLY_PREVIEW -> !target.startsWith("/");
      case LIBERTY -> target.startsWith("/%5c..") || target.matches(".*;.*\\.jsp.*");
      case GLASSFISH7, GLASSFISH8, PAYARA, PAYARA_MICRO ->
          PathTricks.isMalformed(target) || target.contains(":") || target.startsWith("//");
      default -> false;
    };
  }

  private static void isShut(String path) {
    get(APP, path).send().isRefusal(401, "credential_missing");
    get(APP, path).bearer(WEAK).send().isRefusal(403, "scope_insufficient");
    assertThat(get(APP, path).bearer(STRONG).send().isOk().body()).startsWith("opened");
  }

  @Test
  void noSpellingOfAPathOpensAServlet() {
    for (String shut : List.of("/shut/secret", "/shut/deep/secret", "/x/y.shut")) {
      assertThat(opened(PathTricks.to(shut, "/open"))).isEmpty();
      isShut(shut);
    }
    assertThat(get(APP, "/open/x").send().isOk().body()).isEqualTo("let in");
  }

  @Test
  void noSpellingOfAPathOpensAResourceOfJaxRs() {
    for (String shut : List.of("/rest/shut/secret", "/rest/secured/secret")) {
      assertThat(opened(PathTricks.to(shut, "/open"))).isEmpty();
      assertThat(opened(PathTricks.to(shut, "/rest/open"))).isEmpty();
      isShut(shut);
    }
  }

  @Test
  void noSpellingOfAPathOpensABeanThatIsSecured() {
    assertThat(opened(PathTricks.to("/secured/bean", "/open"))).isEmpty();
    isShut("/secured/bean");
  }

  @Test
  void noSpellingOfAPathOpensAFileOrAPage() {
    for (String shut : List.of("/files/secret.txt", "/files/page.jsp", "/files/inner/index.html")) {
      assertThat(opened(PathTricks.to(shut, "/open"))).isEmpty();
      isShut(shut);
    }
  }

  @Test
  void aWelcomeFileAndTheListOfAFolderAreAsShutAsTheirFolder() {
    isShut("/files/inner/");
    for (String folder : List.of("/files", "/files/", "/files/inner")) {
      Http.Answer answer = get(APP, folder).send();
      // WildFly and GlassFish send a client to the slash before any filter runs.
      if (answer.status() / 100 == 3) assertThat(answer.value("Location")).endsWith(folder + "/");
      else answer.isRefusal(401, "credential_missing");
      Http.Answer weak = get(APP, folder).bearer(WEAK).send();
      if (weak.status() / 100 != 3) weak.isRefusal(403, "scope_insufficient");
      // Jetty lists a folder for whoever may see it.
      String list = Server.HERE.isJetty() ? "opened" : "secret.txt";
      assertThat(get(APP, folder).bearer(STRONG).send().body()).doesNotContain("opened", list);
    }
  }

  @Test
  void aSlashAtTheEndChangesNoDecision() {
    for (String shut : List.of("/shut", "/shut/", "/exact", "/exact/", "/x.shut", "/x.shut/")) {
      get(APP, shut).send().isRefusal(401, "credential_missing");
      get(APP, shut).bearer(WEAK).send().isRefusal(403, "scope_insufficient");
    }
    for (String shut : List.of("/shut", "/shut/", "/exact", "/x.shut")) isShut(shut);
  }

  @Test
  void anOpenPathIsOpenExactlyAndNothingThatBeginsWithIt() {
    assertThat(get(APP, "/status").send().isOk().body()).isEqualTo("let in");
    for (String other : List.of("/statusz", "/status/x", "/status.json", "/openly", "/")) {
      get(APP, other).send().isRefusal(401, "credential_missing");
    }
    assertThat(get(APP, "/statusz").bearer(WEAK).send().isOk().body()).isEqualTo("let in");
    assertThat(opened(PathTricks.to("/shut/secret", "/status"))).isEmpty();
  }

  /** RFC 9112 section 3.2: a request may name more than a path, and another host. */
  @Test
  void noOtherFormOfARequestsTargetOpensAnything() {
    String here = APP.getAuthority();
    assertThat(
            opened(
                List.of(
                    "http://" + here + "/shut/secret",
                    "HTTP://" + here + "/shut/secret",
                    "http://other.example/shut/secret",
                    "http://" + here + "/open/../shut/secret",
                    "http://" + here + "/open/..;/shut/secret",
                    "http://user@" + here + "//shut/secret",
                    "http:/shut/secret",
                    "http:///shut/secret",
                    "//" + here + "/shut/secret",
                    "shut/secret",
                    "?/shut/secret",
                    "*",
                    "*/shut/secret",
                    here,
                    here + "/shut/secret",
                    "")))
        .isEmpty();
    for (String method : List.of("OPTIONS", "CONNECT", "GET")) {
      for (String target : List.of("*", here, "/shut/secret HTTP/1.0")) {
        Http.Answer answer = request(APP, method, target).sendWhateverItIs();
        assertThat(answer.body()).as("%s %s", method, target).doesNotContain("opened");
        if (!target.equals("*") && !target.equals(here)) {
          assertThat(answer.status()).as("%s %s", method, target).isNotEqualTo(500);
        }
      }
    }
    isShut("/shut/secret");
  }

  /** A proxy's word for what the path was before; CVE-2023-27487, and byp4xx's list of headers. */
  @Test
  void noHeaderNamesAnotherPath() {
    for (String name :
        List.of(
            "X-Original-URL",
            "X-Original-URI",
            "X-Rewrite-URL",
            "X-Override-URL",
            "X-HTTP-DestinationURL",
            "X-Envoy-Original-Path",
            "X-Proxy-URL",
            "Destination",
            "Base-Url",
            "Request-Uri",
            "Referer")) {
      get(APP, "/shut/secret")
          .header(name, "/open/x")
          .bearer(WEAK)
          .send()
          .isRefusal(403, "scope_insufficient");
      get(APP, "/shut/secret").header(name, "/open/x").send().isRefusal(401, "credential_missing");
      assertThat(get(APP, "/open/x").header(name, "/shut/secret").send().isOk().body())
          .isEqualTo("let in");
    }
    for (String name : List.of("X-Forwarded-Prefix", "X-Forwarded-Path", "X-Forwarded-Uri")) {
      get(APP, "/shut/secret").header(name, "/open/x").send().isRefusal(401, "credential_missing");
      assertThat(get(APP, "/open/x").header(name, "/shut").send().isOk().body())
          .isEqualTo("let in");
    }
    isShut("/shut/secret");
  }

  /** The tables of Jetty and of Spring Security, as they stand, and below JAX-RS. */
  @Test
  void noPathOfOthersVectorsOpensAnything() throws IOException {
    List<String> targets = new ArrayList<>();
    for (JsonNode row : vectors("uri_canonical").path("rows")) {
      targets.add(row.path("uri").asText());
    }
    assertThat(targets).hasSize(74);
    JsonNode spring = vectors("spring_firewall_paths");
    spring.path("unnormalized").forEach(path -> targets.add(path.asText()));
    spring.path("raw_request_uris").forEach(path -> targets.add(path.asText()));
    assertThat(targets).hasSize(109);
    for (String target : List.copyOf(targets)) {
      if (!target.contains("://")) targets.add("/rest/secured/" + target);
    }

    assertThat(opened(targets)).isEmpty();
    for (String canonical :
        List.of("/path/info", "/info", "/foo/bar", "/dir/x", "/path", "/foo/")) {
      isShut(canonical);
    }
  }

  private static JsonNode vectors(String name) throws IOException {
    try (InputStream in =
        PathTricksIT.class.getResourceAsStream("/vectors/" + name + ".open.json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
