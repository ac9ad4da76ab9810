package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.eclipse.microprofile.jwt.Claims;
import org.junit.jupiter.api.Test;

/** Wrong use stops the deployment, each in a sentence. */
class ClaimUseTest {
  private static final String HERE = " - " + ClaimUseTest.class.getName() + "$";

  @RequestScoped
  static class Types {
    @Inject
    @Claim("level")
    Integer number;

    @Inject
    @Claim("roles")
    List<String> list;

    @Inject
    @Claim("roles")
    Set<Long> numbers;

    @Inject
    @Claim("level")
    ClaimValue<Integer> held;

    @Inject
    @Claim("level")
    Provider<Optional<Integer>> provider;

    @Inject
    @Claim("level")
    Optional<Optional<Long>> twice;
  }

  @RequestScoped
  static class Names {
    @Inject
    @Claim(value = "exp", standard = Claims.iat)
    Long two;

    @Inject @Claim String none;

    @Inject
    @Claim(value = "iat", standard = Claims.iat)
    Long twice;
  }

  @ApplicationScoped
  static class Wide {
    @Inject
    @Claim("email")
    String frozen;

    @Inject
    @Claim("level")
    Optional<Long> frozenToo;

    @Inject
    @Claim("level")
    ClaimValue<Long> held;

    @Inject
    @Claim("level")
    Provider<Long> provider;

    @Inject
    void set(@Claim("exp") long unused) {}

    /** Is injected anew for each event. */
    void on(@Observes String event, @Claim("email") String current) {}

    @Produces
    @Singleton
    StringBuilder made(@Claim("email") String frozen) {
      return new StringBuilder(frozen);
    }
  }

  @Singleton
  static class One {
    @Inject
    One(@Claim("email") String unused) {}
  }

  @SessionScoped
  static class Session implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    @Claim("email")
    transient String frozen;

    @Inject
    @Claim("email")
    transient ClaimValue<String> held;

    @Inject
    @Claim("email")
    transient Provider<String> provider;
  }

  @Dependent
  static class Part {
    @Inject
    @Claim("email")
    String email;
  }

  @Dependent
  static class Between {
    @Inject Part part;
  }

  @ApplicationScoped
  static class Whole {
    @Inject Part part;
    @Inject Between between;
    @Inject Provider<Part> provider;
  }

  @RequestScoped
  static class OfOneRequest {
    @Inject Part part;
    @Inject Between between;
  }

  @ApplicationScoped
  static class Secret {
    @Secured
    private void hidden() {}

    void open() {
      hidden();
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> deploying(Class<?>... beans) {
    return assertThatThrownBy(
            () -> {
              try (SeContainer unused = start(beans)) {
                unused.isRunning();
              }
            })
        .isInstanceOfAny(DefinitionException.class, DeploymentException.class);
  }

  private static SeContainer start(Class<?>... beans) {
    return SeContainerInitializer.newInstance()
        .disableDiscovery()
        .addExtensions(new SallyportExtension())
        .addBeanClasses(beans)
        .initialize();
  }

  @Test
  void noClaimIsInjectedAsAnotherType() {
    deploying(Types.class)
        .hasMessageContaining("@Claim can't be injected where it stands, 6 mistakes:")
        .hasMessageContaining(
            HERE
                + "Types.number is a java.lang.Integer, as which no claim is injected: use String,"
                + " Long, Boolean, Set<String>, JsonValue, JsonString, JsonNumber, JsonArray or"
                + " JsonObject, or an Optional, ClaimValue, Provider or Instance of these")
        .hasMessageContaining(HERE + "Types.list is a java.util.List<java.lang.String>, as which")
        .hasMessageContaining(HERE + "Types.numbers is a java.util.Set<java.lang.Long>, as which")
        .hasMessageContaining(HERE + "Types.held is a ")
        .hasMessageContaining(HERE + "Types.provider is a ")
        .hasMessageContaining(HERE + "Types.twice is a ");
  }

  @Test
  void aClaimHasOneName() {
    deploying(Names.class)
        .hasMessageContaining("2 mistakes:")
        .hasMessageContaining(
            HERE + "Names.two names two claims, exp and standard = iat: name one of them")
        .hasMessageContaining(
            HERE + "Names.none names no claim: give @Claim a name, or standard =");
  }

  @Test
  void aValueIsNotKeptBeyondItsRequest() {
    deploying(Wide.class, One.class)
        .hasMessageContaining("5 mistakes:")
        .hasMessageContaining(
            HERE
                + "Wide.frozen would keep the claim of one request for all others, since its bean is"
                + " @ApplicationScoped: inject a ClaimValue<String> or Provider<String>")
        .hasMessageContaining(
            HERE
                + "Wide.frozenToo would keep the claim of one request for all others, since its bean"
                + " is @ApplicationScoped: inject a ClaimValue<Optional<Long>> or"
                + " Provider<Optional<Long>>")
        .hasMessageContaining(" - parameter 1 of " + Wide.class.getName() + ".set would keep")
        .hasMessageContaining(" - parameter 1 of " + Wide.class.getName() + ".made would keep")
        .hasMessageContaining(
            " - parameter 1 of the constructor of " + One.class.getName() + " would keep")
        .hasMessageContaining("since its bean is @Singleton");
  }

  @Test
  void norIsOneInAPartOfSuchABean() {
    deploying(Part.class, Between.class, Whole.class, OfOneRequest.class)
        .hasMessageContaining("2 mistakes:")
        .hasMessageContaining(
            HERE
                + "Whole.part would keep the claim of one request for all others, since it holds a"
                + " value, and its bean is @ApplicationScoped: inject a Provider<")
        .hasMessageContaining(HERE + "Whole.between would keep the claim");
    try (SeContainer container = start(Part.class, Between.class, OfOneRequest.class)) {
      assertThat(container.isRunning()).isTrue();
    }
  }

  @Test
  void noClaimStandsInWhatMayBePassivated() {
    deploying(Session.class)
        .hasMessageContaining("2 mistakes:")
        .hasMessageContaining(
            HERE
                + "Session.frozen stands in a @SessionScoped bean, which may be passivated, and that"
                + " no claim may be: inject a Provider<String>")
        .hasMessageContaining(HERE + "Session.held stands in a @SessionScoped bean");
  }

  @Test
  void allMistakesStandInOneReport() {
    deploying(Secret.class, Names.class)
        .hasMessageContaining("@Secured can't be enforced where it stands, 1 mistake:")
        .hasMessageContaining("@Claim can't be injected where it stands, 2 mistakes:");
  }

  @Test
  void whatIsRightIsLetIn() {
    try (SeContainer container = start(InjectedClaimsTest.Holders.class)) {
      assertThat(container.isRunning()).isTrue();
    }
  }
}
