package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Refusal;
import io.github.sallyport.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.Typed;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where {@code @Secured} stands, and which of several holds: by who is let in. */
class NearestTest {
  private static SeContainer container;

  @Stereotype
  @ApplicationScoped
  @Secured(roles = "stereotype")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  @interface Service {}

  @Stereotype
  @Service
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  @interface SpecialService {}

  interface ByMethod {
    @Secured(roles = "interface")
    String asked();
  }

  @Secured(roles = "interface")
  interface ByType {
    String asked();
  }

  interface Narrower extends ByMethod {
    @Override
    @Secured(roles = "narrower")
    String asked();
  }

  interface Generic<T> {
    @Secured(roles = "generic")
    String take(T what);
  }

  static class Base {
    @Secured(roles = "base")
    public String asked() {
      return "done";
    }

    @Secured(roles = "kept")
    public String kept() {
      return "done";
    }
  }

  @Secured(roles = "base")
  static class SecuredBase {
    public String inherited() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(OfInterfaceMethod.class)
  static class OfInterfaceMethod implements ByMethod {
    @Override
    public String asked() {
      return "done";
    }

    public String open() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(OfInterface.class)
  static class OfInterface implements ByType {
    @Override
    public String asked() {
      return "done";
    }

    public String ownToo() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(OfTwo.class)
  static class OfTwo implements ByMethod, Narrower {
    @Override
    public String asked() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(Overriding.class)
  @Secured(roles = "class")
  static class Overriding extends Base implements ByMethod {
    @Override
    public String asked() {
      return "done";
    }

    public String own() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(Itself.class)
  static class Itself extends Base {
    @Override
    @Secured(roles = "method")
    public String asked() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(Heir.class)
  @Secured(roles = "class")
  static class Heir extends SecuredBase implements ByType {
    @Override
    public String asked() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(OfGeneric.class)
  static class OfGeneric implements Generic<Integer> {
    @Override
    public String take(Integer what) {
      return "done";
    }
  }

  @Service
  @Typed(OfStereotype.class)
  static class OfStereotype {
    public String asked() {
      return "done";
    }
  }

  @SpecialService
  @Typed(OfStereotypesStereotype.class)
  static class OfStereotypesStereotype {
    public String asked() {
      return "done";
    }
  }

  @Service
  @Typed(InterfaceAndStereotype.class)
  static class InterfaceAndStereotype implements ByType {
    @Override
    public String asked() {
      return "done";
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(
                OfInterfaceMethod.class,
                OfInterface.class,
                OfTwo.class,
                Overriding.class,
                Itself.class,
                Heir.class,
                OfGeneric.class,
                OfStereotype.class,
                OfStereotypesStereotype.class,
                InterfaceAndStereotype.class)
            .initialize();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  private interface Call<T> {
    String on(T bean);
  }

  /** Nobody but who has this one role is let in. */
  private static <T> void assertNeeds(String role, Class<T> type, Call<T> call) {
    T bean = container.select(type).get();
    for (String other :
        Set.of(
            "stereotype", "interface", "narrower", "generic", "base", "kept", "class", "method")) {
      assertThat(outcome(other, () -> call.on(bean)))
          .as(type.getSimpleName() + " by " + other)
          .isEqualTo(other.equals(role) ? "done" : Refusal.ROLE_MISSING.code());
    }
  }

  private static String outcome(String role, java.util.concurrent.Callable<String> call) {
    try {
      return Callers.as(Callers.user("u", role), call);
    } catch (RefusedException e) {
      return e.refused().refusal().code();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatStandsOnAnInterfacesMethodHoldsForWhatImplementsIt() throws Exception {
    assertNeeds("interface", OfInterfaceMethod.class, OfInterfaceMethod::asked);
    assertThat(container.select(OfInterfaceMethod.class).get().open()).isEqualTo("done");
    assertNeeds("generic", OfGeneric.class, bean -> bean.take(1));
    assertNeeds("generic", OfGeneric.class, bean -> ((Generic<Integer>) bean).take(1));
  }

  @Test
  void whatStandsOnAnInterfaceHoldsForTheWholeClass() {
    assertNeeds("interface", OfInterface.class, OfInterface::asked);
    assertNeeds("interface", OfInterface.class, OfInterface::ownToo);
  }

  @Test
  void anInterfaceThatExtendsAnotherIsNearer() {
    assertNeeds("narrower", OfTwo.class, OfTwo::asked);
  }

  @Test
  void theOverriddenMethodOfASuperclassIsNearerThanAnInterfaceAndTheClass() {
    assertNeeds("base", Overriding.class, Overriding::asked);
    assertNeeds("kept", Overriding.class, Overriding::kept);
    assertNeeds("class", Overriding.class, Overriding::own);
  }

  @Test
  void theMethodItselfIsNearest() {
    assertNeeds("method", Itself.class, Itself::asked);
    assertNeeds("kept", Itself.class, Itself::kept);
  }

  @Test
  void theClassIsNearerThanItsSuperclassAndItsInterfacesAlsoToWhatItInherits() {
    assertNeeds("class", Heir.class, Heir::asked);
    assertNeeds("class", Heir.class, Heir::inherited);
  }

  @Test
  void aStereotypeSpeaksWhereNothingElseDoes() {
    assertNeeds("stereotype", OfStereotype.class, OfStereotype::asked);
    assertNeeds("stereotype", OfStereotypesStereotype.class, OfStereotypesStereotype::asked);
    assertNeeds("interface", InterfaceAndStereotype.class, InterfaceAndStereotype::asked);
  }
}
