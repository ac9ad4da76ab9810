package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.token.Tokens;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.annotation.RegisterClientHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** REST clients of a real implementation, in pages of a real server; the service behind notes. */
class RestClientTokensTest {
  private static final String BILLING = "https://billing.example";

  @TempDir private static java.nio.file.Path data;
  private static final List<String> AUTHORIZATIONS = new CopyOnWriteArrayList<>();
  private static HttpServer behind;
  private static Running edge;
  private static SeContainer container;
  private static ServletContext application;

  @Path("/page")
  @RegisterClientHeaders(ShownTokenHeaders.class)
  public interface PassedOn {
    @GET
    String get();
  }

  @Path("/page")
  @RegisterClientHeaders(ReadingToken.class)
  @ClientHeaderParam(name = "Authorization", value = "Basic eDp5")
  public interface Narrow {
    @GET
    String get();
  }

  /** No bean: the client makes it. */
  public static class ReadingToken extends InternalTokenHeaders {
    public ReadingToken() {
      super(BILLING, Set.of("invoices:read"));
    }
  }

  /** What a container has of itself. */
  static class Contexts {
    @Produces
    static ServletContext context() {
      return application;
    }
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      RestClientBuilder builder = RestClientBuilder.newBuilder().baseUri(behindUrl());
      try {
        String answer =
            switch (request.getServletPath()) {
              case "/passed-on" -> builder.build(PassedOn.class).get();
              case "/narrow" -> builder.build(Narrow.class).get();
              default -> builder.build(Billing.class).get();
            };
        response.getWriter().write(answer);
      } catch (RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null) cause = cause.getCause();
        response.getWriter().write(String.valueOf(cause));
      }
    }
  }

  private static URI behindUrl() {
    return URI.create("http://127.0.0.1:" + behind.getAddress().getPort());
  }

  @BeforeAll
  static void start() throws Exception {
    behind = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    behind.createContext(
        "/page",
        exchange -> {
          try (exchange) {
            AUTHORIZATIONS.addAll(
                exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("done".getBytes(StandardCharsets.US_ASCII));
          }
        });
    behind.start();
    edge = server("edge", Map.of("sallyport.token.issuer", "http://localhost:8080"));
    application = edge.context();
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(BillingToken.class, Contexts.class)
            .initialize();
  }

  private record Running(Tomcat tomcat, ServletContext context) {
    void stop() throws LifecycleException {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static Running server(String name, Map<String, String> more) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(data.resolve(name + "-tomcat").toString());
    tomcat.setSilent(true);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", data.toString());
    FilterDef filter = new FilterDef();
    filter.setFilterName("sallyport");
    filter.setFilterClass(SallyportFilter.class.getName());
    filter.setAsyncSupported("true");
    filter.addInitParameter("sallyport.data", data.resolve(name).toString());
    filter.addInitParameter("sallyport.admin.enabled", "true");
    filter.addInitParameter(
        "sallyport.api-key.pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    if (!more.isEmpty()) {
      filter.addInitParameter("sallyport.token.exchange-audiences", BILLING);
    }
    more.forEach(filter::addInitParameter);
    context.addFilterDef(filter);
    FilterMap map = new FilterMap();
    map.setFilterName("sallyport");
    map.addURLPattern("/*");
    context.addFilterMap(map);
    context.addServletContainerInitializer(new SallyportInitializer(), Set.of());
    Tomcat.addServlet(context, "page", new Page()).addMapping("/");
    tomcat.start();
    return new Running(tomcat, context.getServletContext());
  }

  @AfterAll
  static void stop() throws Exception {
    container.close();
    edge.stop();
    behind.stop(0);
  }

  @BeforeEach
  void forget() {
    AUTHORIZATIONS.clear();
  }

  private static String send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + edge.tomcat().getConnector().getLocalPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .headers(headers)
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer.body();
  }

  private static String member(String json, String name) throws Exception {
    return String.valueOf(Json.readObject(json.getBytes(StandardCharsets.UTF_8)).get(name));
  }

  private static String key() throws Exception {
    String admin = Files.readString(data.resolve("edge/initial-admin-key")).strip();
    String issued =
        send(
            "POST",
            "/sallyport/keys",
            "{\"owner\":\"acme\",\"scopes\":[\"invoices:read\",\"invoices:write\"]}",
            "X-API-Key",
            admin,
            "Content-Type",
            "application/json");
    return member(issued, "key");
  }

  private static String id(String key) {
    return key.split("_", -1)[2];
  }

  private static Map<String, @Nullable Object> claims(String authorization) throws Exception {
    return Json.readObject(Base64.getUrlDecoder().decode(authorization.split("\\.", -1)[1]));
  }

  @Test
  void aClientCallsOnBehalfOfTheKeyByATokenForItsService() throws Exception {
    String key = key();
    assertThat(send("GET", "/on-behalf", "", "X-API-Key", key)).isEqualTo("done");
    assertThat(AUTHORIZATIONS).hasSize(1);
    assertThat(claims(AUTHORIZATIONS.get(0)))
        .containsEntry("sub", id(key))
        .containsEntry("aud", BILLING)
        .containsEntry("scope", "invoices:read invoices:write");
  }

  @Test
  void aBeanOfTheApplicationRemembersForAllClients() throws Exception {
    String key = key();
    send("GET", "/on-behalf", "", "X-API-Key", key);
    send("GET", "/on-behalf", "", "X-API-Key", key);
    assertThat(AUTHORIZATIONS).hasSize(2);
    assertThat(Set.copyOf(AUTHORIZATIONS)).hasSize(1);
  }

  @Test
  void aClassThatIsNoBeanWillDoAndMayNameScopes() throws Exception {
    assertThat(send("GET", "/narrow", "", "X-API-Key", key())).isEqualTo("done");
    assertThat(AUTHORIZATIONS).hasSize(1); // in the place of what the interface says
    assertThat(claims(AUTHORIZATIONS.get(0))).containsEntry("scope", "invoices:read");
  }

  @Test
  void theTokenThatTheRequestShowedIsPassedOn() throws Exception {
    String answer =
        send(
            "POST",
            "/sallyport/token",
            "grant_type=client_credentials",
            "X-API-Key",
            key(),
            "Content-Type",
            "application/x-www-form-urlencoded");
    String token = "Bearer " + member(answer, "access_token");
    assertThat(send("GET", "/passed-on", "", "Authorization", token)).isEqualTo("done");
    assertThat(AUTHORIZATIONS).containsExactly(token);
  }

  @Test
  void aKeyIsNotPassedOn() throws Exception {
    assertThat(send("GET", "/passed-on", "", "X-API-Key", key())).contains("Use InternalToken");
    assertThat(AUTHORIZATIONS).isEmpty();
  }

  @Test
  void tokensAreInjectedWhereTheyAreIssued() {
    assertThat(container.select(Tokens.class).get())
        .isSameAs(application.getAttribute(Tokens.class.getName()));
  }

  @Test
  void whereNoneAreIssuedTheSentenceNamesTheProperty() throws Exception {
    Running other = server("other", Map.of());
    application = other.context();
    try {
      assertThat(container.select(ApiKeys.class).get()).isNotNull();
      assertThatThrownBy(() -> container.select(Tokens.class).get())
          .hasStackTraceContaining(
              "This application issues no tokens: set sallyport.token.issuer, or inject no Tokens");
    } finally {
      application = edge.context();
      other.stop();
    }
  }
}
