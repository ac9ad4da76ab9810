package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.http.ShownTokens;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import java.util.Map;
import org.eclipse.microprofile.auth.LoginConfig;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is in charge of tokens where somebody else could be. */
class MicroProfileJwtTest {

  @ApplicationScoped
  @LoginConfig(authMethod = "MP-JWT")
  static class Asking {}

  @ApplicationScoped
  @LoginConfig(authMethod = "BASIC")
  static class AskingForSomethingElse {}

  /** As a server's extension adds its beans. */
  static class Server implements Extension {
    void add(@Observes BeforeBeanDiscovery event, BeanManager beans) {
      event.addAnnotatedType(beans.createAnnotatedType(Theirs.class), "theirs");
    }
  }

  @Dependent
  static class Theirs {
    @Produces
    @Typed(JsonWebToken.class)
    static JsonWebToken token() {
      return NoToken.INSTANCE;
    }
  }

  @AfterEach
  void silence() {
    System.clearProperty("sallyport.mechanism");
  }

  private static SeContainer start(Extension[] extensions, Class<?>... beans) {
    return SeContainerInitializer.newInstance()
        .disableDiscovery()
        .addExtensions(extensions)
        .addBeanClasses(beans)
        .initialize();
  }

  private static Extension[] alone() {
    return new Extension[] {new SallyportExtension()};
  }

  private static Extension[] besideAServer() {
    return new Extension[] {new Server(), new SallyportExtension()};
  }

  @Test
  void whereTheServerIsAskedToJudgeTokensTheDeployerSaysWhoDoes() {
    assertThatThrownBy(() -> start(alone(), Asking.class).close())
        .hasMessageContaining(
            Asking.class.getName()
                + " carries @LoginConfig(authMethod = \"MP-JWT\"), by which the server judges tokens"
                + " itself, as Sallyport does. Say who is in charge: sallyport.mechanism=on is"
                + " Sallyport, sallyport.mechanism=off the server.");
    System.setProperty("sallyport.mechanism", "off");
    try (SeContainer container = start(alone(), Asking.class)) {
      assertThat(container.isRunning()).isTrue();
    }
  }

  @Test
  void anotherMethodIsNotOurs() {
    try (SeContainer container = start(alone(), AskingForSomethingElse.class)) {
      assertThat(container.isRunning()).isTrue();
    }
  }

  @Test
  void twoWhoMakeTheSameBeansAreAMistake() {
    assertThatThrownBy(() -> start(besideAServer(), Callers.class).close())
        .hasMessageContaining(
            Theirs.class.getName()
                + " makes beans of MicroProfile JWT, as a server's do where a class carries"
                + " @LoginConfig(authMethod = \"MP-JWT\"), and so does Sallyport. Say who is in"
                + " charge: sallyport.mechanism=on is Sallyport, sallyport.mechanism=off the"
                + " server.");
  }

  @Test
  void oursStepBackWhereTheOthersAreWanted() throws Exception {
    System.setProperty("sallyport.mechanism", "off");
    try (SeContainer container = start(besideAServer(), Callers.class)) {
      JsonWebToken token = container.select(JsonWebToken.class).get();
      assertThat(Callers.as(ShownTokens.of("alice", Map.of()), token::toString))
          .isEqualTo("JsonWebToken[none here]");
    }
  }

  @Test
  void withoutOthersOursAreThereWhateverTheMechanism() throws Exception {
    System.setProperty("sallyport.mechanism", "off");
    try (SeContainer container = start(alone(), Callers.class)) {
      JsonWebToken token = container.select(JsonWebToken.class).get();
      assertThat(Callers.as(ShownTokens.of("alice", Map.of()), token::getSubject))
          .isEqualTo("alice");
    }
  }
}
