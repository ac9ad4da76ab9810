package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecuredUseTest {
  private static final String HERE = SecuredUseTest.class.getName() + "$";

  @ApplicationScoped
  static class Bad {
    @Secured
    private void hidden() {}

    @Secured
    static void alone() {}

    @Secured
    final void closed() {}

    void open() {
      hidden();
    }
  }

  @ApplicationScoped
  @Secured
  static class Good {
    private void hidden() {}

    static void alone() {}

    void open() {
      hidden();
    }
  }

  @ApplicationScoped
  @Secured
  static class FinalMethod {
    final void closed() {}
  }

  static final class Closed {
    @Secured
    void open() {}
  }

  static class Nothing {
    @Secured
    void open() {}
  }

  @Path("/x")
  static class Resource {
    @GET
    @Secured
    public String get() {
      return helper();
    }

    @Secured
    String helper() {
      return "";
    }
  }

  interface Api {
    @GET
    String get();
  }

  @Path("/y")
  static class Implementation implements Api {
    @Override
    @Secured
    public String get() {
      return "";
    }
  }

  @Secured
  interface Unimplemented {
    void asked();
  }

  abstract static class Unextended {
    @Secured
    abstract void asked();

    @Secured
    static void alone() {}
  }

  static class Extended extends Unextended {
    @Override
    void asked() {}
  }

  @Test
  void whatHasNoObjectsSpeaksOfThoseOfWhatExtendsIt() {
    assertThat(mistakes(Unimplemented.class)).isEmpty();
    assertThat(mistakes(Unextended.class))
        .singleElement()
        .asString()
        .startsWith(HERE + "Unextended.alone is static");
    assertThat(mistakes(Extended.class))
        .singleElement()
        .asString()
        .startsWith(HERE + "Extended is neither a CDI bean nor a JAX-RS resource");
  }

  private static List<String> mistakes(Class<?> type, Class<?>... beans) {
    return SecuredUse.mistakes(Secured.class, Set.of(type), Set.of(beans));
  }

  @Test
  void whatNoInterceptorSeesIsAMistakeEach() {
    assertThat(mistakes(Bad.class, Bad.class))
        .satisfiesExactlyInAnyOrder(
            m ->
                assertThat(m).startsWith(HERE + "Bad.hidden is private").contains("Caller.require"),
            m -> assertThat(m).startsWith(HERE + "Bad.alone is static"),
            m -> assertThat(m).startsWith(HERE + "Bad.closed is final").contains("drop final"));
  }

  @Test
  void aClassSpeaksOfTheMethodsThatOthersCallOnItsObjects() {
    assertThat(mistakes(Good.class, Good.class)).isEmpty();
    assertThat(mistakes(FinalMethod.class, FinalMethod.class))
        .singleElement()
        .asString()
        .contains("FinalMethod.closed is final");
  }

  @Test
  void aFinalClassAndAClassThatIsNothingAreMistakes() {
    assertThat(mistakes(Closed.class, Closed.class))
        .singleElement()
        .asString()
        .contains("final class");
    assertThat(mistakes(Nothing.class))
        .singleElement()
        .asString()
        .startsWith(HERE + "Nothing is neither a CDI bean nor a JAX-RS resource")
        .contains("@ApplicationScoped");
    assertThat(mistakes(Nothing.class, Nothing.class)).isEmpty();
  }

  @Test
  void ofAResourceThatIsNoBeanOnlyResourceMethodsCanBeSecured() {
    assertThat(mistakes(Resource.class))
        .singleElement()
        .asString()
        .contains("Resource.helper is no resource method");
    assertThat(mistakes(Resource.class, Resource.class)).isEmpty();
    assertThat(mistakes(Implementation.class)).isEmpty();
  }

  @Test
  void allMistakesStopTheDeploymentInOneReport() {
    assertThatThrownBy(
            () ->
                SeContainerInitializer.newInstance()
                    .disableDiscovery()
                    .addExtensions(new SallyportExtension())
                    .addBeanClasses(Bad.class, Good.class, FinalMethod.class)
                    .initialize()
                    .close())
        .hasMessageContaining("4 mistakes:")
        .hasMessageContaining("Bad.hidden")
        .hasMessageContaining("Bad.alone")
        .hasMessageContaining("Bad.closed")
        .hasMessageContaining("FinalMethod.closed")
        // This class loader does not list what it holds, and no servlet container has.
        .hasMessageContaining("Classes that CDI does not look at are checked after these.");
  }
}
