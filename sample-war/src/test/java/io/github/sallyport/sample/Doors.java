package io.github.sallyport.sample;

import io.github.sallyport.sample.app.DispatchServlet;
import io.github.sallyport.sample.app.EchoServlet;
import io.github.sallyport.sample.doors.ShutServlet;
import io.github.sallyport.sample.secured.Vault;
import jakarta.servlet.annotation.WebServlet;
import java.util.ArrayList;
import java.util.List;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application of {@code doors}, behind a filter on everything, and its callers. */
final class Doors {
  private static final String PAGE = "<%@ page contentType=\"text/plain\" %>opened by page";

  private Doors() {}

  /**
   * The application: some paths are open, some need the scope {@code vault:open}, {@code /ship}
   * needs something else for each method, and all others need any caller.
   *
   * @param parameters name and value in turn: further init parameters of the filter
   */
  static WebArchive war(String name, String... parameters) {
    TestIssuers.open();
    List<String> all = new ArrayList<>(List.of(parameters));
    rule(all, "open", "/open/*,/status", "policy", "permit");
    String shut = String.join(",", ShutServlet.class.getAnnotation(WebServlet.class).urlPatterns());
    rule(all, "shut", shut + ",/rest/shut/*,/files/*", "scopes", "vault:open");
    rule(all, "see", "/ship", "methods", "GET", "scopes", "ship:see");
    rule(all, "sink", "/ship", "methods", "DELETE", "roles", "admin");
    return Container.war(name, "/*", all.toArray(String[]::new))
        .addPackage(ShutServlet.class.getPackage())
        .addClasses(Vault.class, DispatchServlet.class, EchoServlet.class)
        .addAsWebResource(new StringAsset("opened as a file"), "files/secret.txt")
        .addAsWebResource(new StringAsset("opened by welcome"), "files/inner/index.html")
        .addAsWebResource(new StringAsset(PAGE), "files/page.jsp");
  }

  private static void rule(List<String> all, String name, String paths, String... more) {
    String start = "sallyport.access." + name + ".";
    all.addAll(List.of(start + "paths", paths));
    for (int i = 0; i < more.length; i += 2) all.addAll(List.of(start + more[i], more[i + 1]));
  }

  /** The token of somebody whom the rules let in to all that is shut. */
  static String strong() {
    return TestIssuers.person("alice")
        .scope("vault:open ship:see")
        .rs256(TestIssuers.people().getPrivate());
  }

  /** The token of somebody who is known, and may nothing. */
  static String weak() {
    return TestIssuers.person("mallory").scope("").rs256(TestIssuers.people().getPrivate());
  }
}
