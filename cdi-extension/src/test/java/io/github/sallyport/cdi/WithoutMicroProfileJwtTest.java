package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.http.ShownTokens;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.inject.Inject;
import jakarta.json.JsonString;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

/** The APIs are optional: what does not need them goes on without. */
class WithoutMicroProfileJwtTest {

  /** A bean of an application that has none of it. */
  @ApplicationScoped
  public static class Plain {
    @Inject Caller caller;

    /** Who is there. */
    public String who() {
      return caller.getName() + " " + SallyportPrincipal.of(caller).getName();
    }
  }

  /** A bean of an application without Jakarta JSON Processing. */
  @ApplicationScoped
  public static class WithToken {
    @Inject JsonWebToken token;

    /** Who is there. */
    public String who() {
      return token.getSubject() + " " + token.claim("email") + " " + token.getGroups();
    }
  }

  /** A bean that asks for what nobody can make. */
  @RequestScoped
  public static class WithJson {
    @Inject
    @Claim("email")
    JsonString email;
  }

  /** Started in a class loader of its own. */
  public static final class Started {
    private Started() {}

    public static String plain() {
      try (SeContainer container = start(Plain.class)) {
        return asAlice(container.select(Plain.class).get()::who);
      }
    }

    public static String withToken() {
      try (SeContainer container = start(WithToken.class)) {
        return asAlice(container.select(WithToken.class).get()::who);
      }
    }

    public static String withJson() {
      try (SeContainer container = start(WithJson.class)) {
        return "started: " + container.isRunning();
      } catch (DefinitionException e) {
        return String.valueOf(e.getMessage());
      }
    }

    private static SeContainer start(Class<?> bean) {
      return SeContainerInitializer.newInstance()
          .setClassLoader(bean.getClassLoader())
          .disableDiscovery()
          .addExtensions(new SallyportExtension())
          .addBeanClasses(bean)
          .initialize();
    }

    private static String asAlice(java.util.function.Supplier<String> question) {
      CurrentCaller.Scope scope =
          CurrentCaller.enter(ShownTokens.of("alice", Map.of("email", "a@b")));
      try {
        return question.get();
      } finally {
        scope.close();
      }
    }
  }

  @Test
  void callersAreInjectedWithoutMicroProfileJwt() throws Exception {
    assertThat(without("microprofile-jwt-auth-api|json-api|parsson|jakarta.json", "plain"))
        .isEqualTo("alice alice");
  }

  @Test
  void tokensAreInjectedWithoutJsonProcessing() throws Exception {
    assertThat(without("json-api|parsson|jakarta.json", "withToken"))
        .isEqualTo("alice Optional[a@b] [clerk]");
  }

  @Test
  void whereNothingImplementsJsonProcessingClaimsThatNeedItAreAMistake() throws Exception {
    assertThat(without("parsson", "withJson"))
        .asString()
        .contains(
            "WithJson.email needs an implementation of Jakarta JSON Processing, and there is none:"
                + " add org.eclipse.parsson:parsson");
  }

  private static Object without(String libraries, String method) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader left = classesWithout(libraries)) {
      thread.setContextClassLoader(left);
      return left.loadClass(Started.class.getName()).getMethod(method).invoke(null);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The class path of this test, without some libraries. */
  private static URLClassLoader classesWithout(String libraries) {
    Pattern left = Pattern.compile(".*(" + libraries + ").*");
    URL[] urls =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !left.matcher(entry).matches())
            .map(WithoutMicroProfileJwtTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
