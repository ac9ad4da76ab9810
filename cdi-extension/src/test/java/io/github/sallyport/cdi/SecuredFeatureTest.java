package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.RefusedException;
import io.github.sallyport.access.AccessPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks the policies of a resource: the filter, unless CDI made the object. */
class SecuredFeatureTest {
  private static SeContainer container;

  @ApplicationScoped
  static class Owns implements AccessPolicy {
    static final List<List<@Nullable Object>> ASKED = new ArrayList<>();

    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      ASKED.add(arguments);
      return caller.getName().equals(arguments.get(0));
    }
  }

  @Path("x")
  @ApplicationScoped
  static class Resource {
    @GET
    @Guarded(Owns.class)
    public String get(@PathParam("owner") String owner) {
      return "done";
    }

    @POST
    @Guarded(Owns.class)
    public String post(String body) {
      return "done";
    }

    @GET
    public String open() {
      return "done";
    }
  }

  /** As some other container derives classes. */
  static class Derived extends Resource {}

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Owns.class, Resource.class)
            .initialize();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    Owns.ASKED.clear();
  }

  private static List<ContainerRequestFilter> filters(String name) {
    Method method =
        Arrays.stream(Resource.class.getDeclaredMethods())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow();
    List<ContainerRequestFilter> registered = new ArrayList<>();
    ResourceInfo info =
        proxy(
            ResourceInfo.class,
            (self, called, a) ->
                called.getName().equals("getResourceClass") ? Resource.class : method);
    FeatureContext context =
        proxy(
            FeatureContext.class,
            (self, called, arguments) -> {
              registered.add((ContainerRequestFilter) arguments[0]);
              return self;
            });
    new SecuredFeature().configure(info, context);
    return registered;
  }

  private static void ask(String name, Object resource) throws Exception {
    MultivaluedMap<String, String> path = new MultivaluedHashMap<>();
    path.add("owner", "alice");
    UriInfo uri =
        proxy(
            UriInfo.class,
            (self, called, a) ->
                called.getName().equals("getMatchedResources") ? List.of(resource) : path);
    ContainerRequestContext request =
        proxy(
            ContainerRequestContext.class,
            (self, called, a) -> called.getName().equals("getUriInfo") ? uri : null);
    for (ContainerRequestFilter filter : filters(name)) filter.filter(request);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static String outcome(String user, String name, Object resource) throws Exception {
    try {
      return Callers.as(
          Callers.user(user),
          () -> {
            ask(name, resource);
            return "passed";
          });
    } catch (RefusedException e) {
      assertThat(e.refused().refusal()).isEqualTo(Refusal.POLICY_DENIED);
      return "refused";
    }
  }

  @Test
  void anObjectThatJaxRsMadeIsAskedForByTheRequestAlsoIfItsClassIsABeans() throws Exception {
    for (Object resource : List.of(new Resource(), new Derived())) {
      assertThat(outcome("alice", "get", resource)).isEqualTo("passed");
      assertThat(outcome("bob", "get", resource)).isEqualTo("refused");
    }
    assertThat(Owns.ASKED).hasSize(4).allMatch(List.of("alice")::equals);
  }

  @Test
  void beforeAnObjectThatCdiMadeTheInterceptorAsks() throws Exception {
    Resource made = container.select(Resource.class).get();
    assertThat(outcome("bob", "get", made)).isEqualTo("passed");
    assertThat(outcome("bob", "post", made)).isEqualTo("passed");
    assertThat(Owns.ASKED).isEmpty();
    assertThatThrownBy(() -> Callers.as(Callers.user("bob"), () -> made.get("alice")))
        .isInstanceOf(RefusedException.class);
    assertThat(Owns.ASKED).hasSize(1);
  }

  @Test
  void whatNobodyKnowsTheArgumentsOfIsRefusedAndOneErrorNamesTheMend() throws Exception {
    List<String> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getLevel() + " " + record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("sallyport.cdi");
    logger.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(outcome("alice", "post", new Resource())).isEqualTo("refused");
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(Owns.ASKED).isEmpty();
    assertThat(logged)
        .singleElement()
        .asString()
        .startsWith("SEVERE ")
        .contains("jersey-cdi1x-servlet");
  }

  @Test
  void nothingStandsBeforeWhatIsOpen() {
    assertThat(filters("open")).isEmpty();
    assertThat(filters("get")).hasSize(1);
  }
}
