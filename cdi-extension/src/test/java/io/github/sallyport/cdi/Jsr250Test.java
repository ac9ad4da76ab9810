package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.RefusedException;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code sallyport.cdi.jsr250}: what Jakarta Annotations say holds on CDI beans. */
class Jsr250Test {
  private static final String PROPERTY = "sallyport.cdi.jsr250";
  private static final String ROLE = "role_missing";

  private static SeContainer container;
  private static Admin admin;

  @ApplicationScoped
  @Typed(Admin.class)
  @RolesAllowed("admin")
  static class Admin {
    public String onClass() {
      return "done";
    }

    @RolesAllowed({"clerk", "chief"})
    public String onMethod() {
      return "done";
    }

    @PermitAll
    public String open() {
      return "done";
    }

    @DenyAll
    public String closed() {
      return "done";
    }

    @RolesAllowed("**")
    public String anybody() {
      return "done";
    }

    @Secured(scopes = "s")
    public String both() {
      return "done";
    }

    @RolesAllowed("admin")
    public String overridden() {
      return "done";
    }
  }

  @ApplicationScoped
  @Typed(Heir.class)
  @RolesAllowed("heir")
  static class Heir extends Admin {
    @Override
    public String overridden() {
      return "done";
    }
  }

  @ApplicationScoped
  @Stateless
  static class Session {
    @DenyAll
    public String closed() {
      return "done";
    }
  }

  @BeforeAll
  static void start() {
    container = container("true");
    admin = container.select(Admin.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  private static SeContainer container(String setting) {
    System.setProperty(PROPERTY, setting);
    try {
      return SeContainerInitializer.newInstance()
          .disableDiscovery()
          .addExtensions(new SallyportExtension())
          .addBeanClasses(Admin.class, Heir.class, Session.class)
          .initialize();
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  private static String outcome(Caller caller, Callable<String> call) throws Exception {
    try {
      return Callers.as(caller, call);
    } catch (RefusedException e) {
      return e.refused().refusal().code();
    }
  }

  @Test
  void theMethodWinsOverItsClass() throws Exception {
    assertThat(outcome(Callers.user("u", "admin"), admin::onClass)).isEqualTo("done");
    assertThat(outcome(Callers.user("u", "clerk"), admin::onClass)).isEqualTo(ROLE);
    assertThat(outcome(Callers.user("u", "clerk"), admin::onMethod)).isEqualTo("done");
    assertThat(outcome(Callers.user("u", "admin"), admin::onMethod)).isEqualTo(ROLE);
  }

  @Test
  void permitAllOpensAndDenyAllCloses() throws Exception {
    assertThat(outcome(AnonymousCaller.INSTANCE, admin::open)).isEqualTo("done");
    assertThat(outcome(Callers.user("u", "admin"), admin::closed)).isEqualTo("policy_denied");
    assertThat(outcome(AnonymousCaller.INSTANCE, admin::closed)).isEqualTo("policy_denied");
  }

  @Test
  void whoShowedNothingHasNoRole() throws Exception {
    assertThat(outcome(AnonymousCaller.INSTANCE, admin::onClass)).isEqualTo("credential_missing");
    assertThat(outcome(AnonymousCaller.INSTANCE, admin::anybody)).isEqualTo("credential_missing");
    assertThat(outcome(Callers.user("u"), admin::anybody)).isEqualTo("done");
  }

  @Test
  void whatSallyportDidNotSeeIsLeftToTheContainer() {
    assertThat(admin.onClass()).isEqualTo("done");
    assertThat(admin.closed()).isEqualTo("done");
  }

  @Test
  void securedBesideItIsAskedToo() throws Exception {
    assertThat(outcome(Callers.user("u", "admin"), admin::both)).isEqualTo("scope_insufficient");
    assertThat(outcome(Callers.key("s"), admin::both)).isEqualTo(ROLE);
    try {
      admin.both();
      throw new AssertionError("let in");
    } catch (RefusedException e) {
      assertThat(e.refused().refusal().code()).isEqualTo("policy_denied");
    }
  }

  /** Jakarta Annotations 2.1, section 2.1. */
  @Test
  void aClassSpeaksOfWhatItDeclaresAlone() throws Exception {
    Heir heir = container.select(Heir.class).get();
    assertThat(outcome(Callers.user("u", "admin"), heir::onClass)).isEqualTo("done");
    assertThat(outcome(Callers.user("u", "heir"), heir::onClass)).isEqualTo(ROLE);
    assertThat(outcome(Callers.user("u", "heir"), heir::overridden)).isEqualTo("done");
    assertThat(outcome(Callers.user("u", "admin"), heir::overridden)).isEqualTo(ROLE);
  }

  @Test
  void aSessionBeanIsTheEjbContainersToGuard() throws Exception {
    Session session = container.select(Session.class).get();
    assertThat(outcome(Callers.user("u"), session::closed)).isEqualTo("done");
  }

  @Test
  void withoutTheSettingNothingIsAsked() throws Exception {
    try (SeContainer off = container("false")) {
      Admin open = off.select(Admin.class).get();
      assertThat(outcome(AnonymousCaller.INSTANCE, open::closed)).isEqualTo("done");
      assertThat(outcome(Callers.user("u"), open::both)).isEqualTo("scope_insufficient");
    }
  }
}
