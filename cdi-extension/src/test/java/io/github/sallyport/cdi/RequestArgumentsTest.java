package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestArgumentsTest {
  private static final String ID = "6f1f34c2-5c34-4a6a-9d3f-0a3f2b1c4d5e";

  private final MultivaluedMap<String, String> path = new MultivaluedHashMap<>();
  private final MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
  private final MultivaluedMap<String, String> headers = new MultivaluedHashMap<>();
  private final Map<String, Cookie> cookies =
      Map.of("c", new Cookie.Builder("c").value("crumb").build());

  interface Api {
    @GET
    String get(@PathParam("id") UUID id);
  }

  static class Resource implements Api {
    @Override
    public String get(UUID id) {
      return "";
    }

    @GET
    public void all(
        @PathParam("id") String id,
        @QueryParam("n") int n,
        @QueryParam("b") boolean b,
        @QueryParam("l") Long l,
        @QueryParam("d") @DefaultValue("1.50") BigDecimal d,
        @HeaderParam("H") TimeUnit unit,
        @CookieParam("c") String cookie) {}

    @GET
    public void header(@HeaderParam("H") int h) {}

    @GET
    public void body(String body) {}

    @GET
    public void context(@Context UriInfo uri) {}

    @GET
    public void form(@FormParam("f") String f) {}

    @GET
    public void list(@QueryParam("q") List<String> q) {}

    @GET
    public void own(@QueryParam("q") Own q) {}

    @GET
    public void character(@QueryParam("q") char q) {}
  }

  /** An application may have a converter for it. */
  record Own(String text) {}

  private static Method method(String name) {
    return Arrays.stream(Resource.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Object[] read(String name) {
    return RequestArguments.of(Resource.class, method(name)).orElseThrow().read(request());
  }

  private ContainerRequestContext request() {
    UriInfo uri =
        proxy(UriInfo.class, Map.of("getPathParameters", path, "getQueryParameters", query));
    return proxy(
        ContainerRequestContext.class,
        Map.of("getUriInfo", uri, "getHeaders", headers, "getCookies", cookies));
  }

  private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answers.get(method.getName())));
  }

  @Test
  void theyAreWhatJaxRsMakesOfTheRequest() {
    path.add("id", "o1");
    query.add("n", "7");
    query.add("l", "-8");
    query.add("l", "9");
    headers.add("H", "SECONDS");
    assertThat(read("all"))
        .containsExactly("o1", 7, false, -8L, new BigDecimal("1.50"), TimeUnit.SECONDS, "crumb");
  }

  @Test
  void whatIsNotThereIsNullOrTheDefaultOfAPrimitive() {
    assertThat(read("all"))
        .containsExactly(null, 0, false, null, new BigDecimal("1.50"), null, "crumb");
  }

  @Test
  void theInterfaceMaySayWhereTheyStand() {
    path.add("id", ID);
    assertThat(read("get")).containsExactly(UUID.fromString(ID));
  }

  @Test
  void whatCanNotBeMadeOfTheTextIsAnsweredAsJaxRsDoes() {
    query.add("n", "seven");
    assertThatThrownBy(() -> read("all")).isInstanceOf(NotFoundException.class);
    headers.add("H", "seven");
    assertThatThrownBy(() -> read("header")).isInstanceOf(BadRequestException.class);
  }

  @Test
  void whatTheRequestAloneDoesNotTellIsNotGuessed() {
    for (String name : List.of("body", "context", "form", "list", "own", "character")) {
      assertThat(RequestArguments.of(Resource.class, method(name))).as(name).isEmpty();
    }
  }
}
