package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * What the tests deploy into the managed server, where it answers, and how they get keys for it.
 */
final class Container {
  static final URI SAMPLE = uri("");

  private static final Path DATA = Path.of(System.getProperty("container.data"));
  private static final File WAR = Server.HERE.sample().toFile();

  private static final String HAZELCAST = "/WEB-INF/lib/hazelcast-";

  /** {@code sallyport-filter} and what it brings, as far as this server has not got it. */
  private static final Pattern FILTER_ALONE =
      Pattern.compile(
          "/WEB-INF/lib/(HikariCP|cache-api|ehcache|h2|jackson-(annotations|core|databind)|java-jwt"
              + "|jspecify|microprofile-config-api|sallyport-filter|slf4j-api)-[0-9].*");

  private Container() {}

  /** The WAR that the build made, as it is, at the root. */
  static WebArchive sample() {
    TestIssuers.open();
    return ShrinkWrap.create(ZipImporter.class, "ROOT.war").importFrom(WAR).as(WebArchive.class);
  }

  /**
   * A WAR with the libraries of the sample's, and nothing else of it.
   *
   * @param name unique in the run, and the context path
   * @param filtered the {@code url-pattern} of the filter
   * @param parameters name and value in turn: further init parameters of the filter
   */
  static WebArchive war(String name, String filtered, String... parameters) {
    return with(Container::isLibrary, name, filtered, parameters)
        .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
  }

  /** The same, with what the filter needs at run time, and no other library. */
  static WebArchive filterAlone(String name, String... parameters) {
    return with(path -> FILTER_ALONE.matcher(path).matches(), name, "/*", parameters);
  }

  /** Adds the library that the others leave out. */
  static WebArchive withHazelcast(WebArchive war) {
    return war.merge(libraries(), "/", path -> path.get().startsWith(HAZELCAST));
  }

  private static WebArchive with(
      Predicate<String> library, String name, String filtered, String... parameters) {
    return ShrinkWrap.create(WebArchive.class, name + ".war")
        .merge(libraries(), "/", path -> library.test(path.get()))
        .setWebXML(new StringAsset(webXml(name, filtered, parameters)));
  }

  private static WebArchive libraries() {
    return ShrinkWrap.create(ZipImporter.class).importFrom(WAR).as(WebArchive.class);
  }

  /** Without the one that is larger than all others together, and of use to a cluster alone. */
  private static boolean isLibrary(String path) {
    return path.startsWith("/WEB-INF/lib/") && !path.startsWith(HAZELCAST);
  }

  private static String webXml(String name, String filtered, String... parameters) {
    StringBuilder init =
        new StringBuilder(parameter("sallyport.data", data(name).toString()))
            .append(parameter("sallyport.admin.enabled", "true"));
    for (int i = 0; i < parameters.length; i += 2) {
      init.append(parameter(parameters[i], parameters[i + 1]));
    }
    return """
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
          <filter>
            <filter-name>sallyport</filter-name>
            <filter-class>io.github.sallyport.http.SallyportFilter</filter-class>
            %s
            <async-supported>true</async-supported>
          </filter>
          <filter-mapping>
            <filter-name>sallyport</filter-name>
            <url-pattern>%s</url-pattern>
          </filter-mapping>
          %s
          <security-constraint>
            <web-resource-collection>
              <web-resource-name>guarded by the container</web-resource-name>
              <url-pattern>/in/guarded</url-pattern>
              <url-pattern>/out/guarded</url-pattern>
            </web-resource-collection>
            <auth-constraint>
              <role-name>admin</role-name>
            </auth-constraint>
          </security-constraint>
          <security-role>
            <role-name>admin</role-name>
          </security-role>
          <security-role>
            <role-name>clerk</role-name>
          </security-role>
          <error-page>
            <error-code>418</error-code>
            <location>/echo</location>
          </error-page>
        </web-app>
        """
        .formatted(init, filtered, Server.HERE.afterFilter());
  }

  private static String parameter(String name, String value) {
    return "<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
        .formatted(name, value);
  }

  static URI uri(String context) {
    return URI.create("http://localhost:" + Integer.getInteger("http.port") + "/" + context);
  }

  /** Looks that nothing answers for a deployment that failed; Jetty takes a second to forget it. */
  static void isNotServed(String context) {
    assertThat(Http.get(uri(context), "/").send().status()).isIn(404, 503);
  }

  /** The folder that a deployment of this name writes to; that of the sample is {@code data}. */
  static Path data(String name) {
    return DATA.resolve(name);
  }

  /** The administrator's key that the first start left in this folder. */
  static String adminKey(Path data) {
    try {
      return Files.readString(data.resolve("initial-admin-key")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key for the sample with these scopes. */
  static Issued issue(String... scopes) {
    return issue(SAMPLE, adminKey(data("data")), "\"scopes\":" + jsonArray(scopes));
  }

  /**
   * A key as an administrator asks for it.
   *
   * @param members of the request's object, beside the owner
   */
  static Issued issue(URI base, String adminKey, String members) {
    JsonNode made =
        Http.request(base, "POST", "/sallyport/keys")
            .key(adminKey)
            .body("application/json", "{\"owner\":\"acme\"," + members + "}")
            .send()
            .is(201)
            .json();
    return new Issued(made.path("id").asText(), made.path("key").asText());
  }

  static Http.Answer revoke(URI base, String adminKey, String id) {
    return Http.request(base, "DELETE", "/sallyport/keys/" + id).key(adminKey).send();
  }

  static String jsonArray(String... words) {
    return words.length == 0 ? "[]" : "[\"" + String.join("\",\"", words) + "\"]";
  }

  /** A key's public name, and its text. */
  record Issued(String id, String key) {
    @Override
    public String toString() {
      return "Issued[" + id + "]";
    }
  }
}
