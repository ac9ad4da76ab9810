package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.access.AccessPolicy;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What nobody can have meant. */
class SecuredWordsTest {
  private static final String HERE = SecuredWordsTest.class.getName() + "$";

  @ApplicationScoped
  static class Scopes {
    @Secured(scopes = "read write")
    void space() {}

    @Secured(scopes = {"a", "", "a", "caf\u00e9"})
    void others() {}
  }

  @ApplicationScoped
  static class Others {
    @Secured(roles = {" admin", ""})
    void roles() {}

    @Secured(credentials = {CredentialKind.BOTH, CredentialKind.API_KEY})
    void kinds() {}

    @Guarded({})
    void unguarded() {}

    @Fresh("5 minutes")
    void unread() {}

    @Fresh("PT0S")
    void never() {}

    @Audited("")
    void unnamed() {}
  }

  @Secured(roles = "one")
  interface One {
    void asked();
  }

  @Secured(roles = "two")
  interface Two {}

  @Secured(roles = "one")
  interface Same {}

  @ApplicationScoped
  static class Torn implements One, Two {
    @Override
    public void asked() {}
  }

  @ApplicationScoped
  static class Agreed implements One, Same {
    @Override
    public void asked() {}
  }

  @ApplicationScoped
  @Secured
  static class Settled implements One, Two {
    @Override
    public void asked() {}
  }

  static class Unknown implements AccessPolicy {
    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      return true;
    }
  }

  @ApplicationScoped
  static class First extends Unknown {}

  @ApplicationScoped
  static class Second extends Unknown {}

  @ApplicationScoped
  static class GuardedByUnknown {
    @Guarded(Unknown.class)
    void asked() {}
  }

  @Path("/x")
  static class Resource {
    @GET
    @Guarded(Unknown.class)
    public String known(@PathParam("id") UUID id, @QueryParam("n") int n) {
      return "";
    }

    @POST
    @Guarded(Unknown.class)
    public String body(String body) {
      return "";
    }
  }

  static class Words {
    @RolesAllowed("admin")
    @PermitAll
    void torn() {}

    @RolesAllowed({})
    void nobody() {}

    @Secured
    @DenyAll
    void closed() {}

    @RolesAllowed("admin")
    @Secured
    void fine() {}
  }

  private static List<String> mistakes(Class<?>... types) {
    return SecuredWords.mistakes(Set.of(types), new Demands(false));
  }

  private static String deploymentOf(Class<?>... beans) {
    try {
      SeContainerInitializer.newInstance()
          .disableDiscovery()
          .addExtensions(new SallyportExtension())
          .addBeanClasses(beans)
          .initialize()
          .close();
      return "deployed";
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void aScopeIsWhatItsStandardSays() {
    assertThat(mistakes(Scopes.class))
        .containsExactlyInAnyOrder(
            HERE
                + "Scopes.space: @Secured names the scope \"read write\", which has a space, and no"
                + " scope has one (RFC 6749 section 3.3): name each by itself",
            HERE + "Scopes.others: @Secured names the scope \"\", which is empty: leave it out",
            HERE
                + "Scopes.others: @Secured names the scope \"caf\u00e9\", which is none (RFC 6749"
                + " section 3.3)",
            HERE + "Scopes.others: @Secured names the scope a twice");
  }

  @Test
  void emptyAndContradictoryMembersAreMistakesEach() {
    assertThat(mistakes(Others.class))
        .satisfiesExactlyInAnyOrder(
            m ->
                assertThat(m).startsWith(HERE + "Others.roles: @Secured names the role \" admin\""),
            m -> assertThat(m).startsWith(HERE + "Others.roles: @Secured names an empty role"),
            m -> assertThat(m).startsWith(HERE + "Others.kinds: @Secured contradicts itself"),
            m ->
                assertThat(m)
                    .isEqualTo(HERE + "Others.unguarded: @Guarded names no policy: name one"),
            m ->
                assertThat(m)
                    .isEqualTo(
                        HERE
                            + "Others.unread: @Fresh says \"5 minutes\", which is no ISO-8601"
                            + " duration of days, hours, minutes and seconds, as PT5M"),
            m -> assertThat(m).startsWith(HERE + "Others.never: @Fresh says \"PT0S\", which lets"),
            m -> assertThat(m).startsWith(HERE + "Others.unnamed: @Audited"));
  }

  @Test
  void whatStandsEquallyNearAndDiffersIsAMistakeUntilSomethingNearerSettlesIt() {
    assertThat(mistakes(Torn.class))
        .containsExactly(
            HERE
                + "Torn inherits different @Secureds of interfaces or stereotypes that stand equally"
                + " near: put the one that holds on "
                + HERE
                + "Torn itself");
    assertThat(mistakes(Agreed.class)).isEmpty();
    assertThat(mistakes(Settled.class)).isEmpty();
  }

  @Test
  void aPolicyHasToBeOneBean() {
    assertThat(deploymentOf(GuardedByUnknown.class))
        .contains(
            "What is said can't be meant, 1 mistake:\n - "
                + HERE
                + "Unknown is a policy of @Guarded, and no CDI bean: give it a scope, as"
                + " @ApplicationScoped");
    assertThat(deploymentOf(GuardedByUnknown.class, First.class, Second.class))
        .contains(
            HERE
                + "Unknown is a policy of @Guarded, and more than one CDI bean: "
                + HERE
                + "First, "
                + HERE
                + "Second; name the class of one of them");
    assertThat(deploymentOf(GuardedByUnknown.class, First.class)).isEqualTo("deployed");
  }

  @Test
  void allThatIsWrongInAnApplicationIsOneReport() {
    assertThat(
            deploymentOf(
                Scopes.class,
                Others.class,
                Torn.class,
                GuardedByUnknown.class,
                SecuredUseTest.Bad.class))
        .contains("@Secured can't be enforced where it stands, 3 mistakes:", "Bad.hidden")
        .contains("What is said can't be meant, 13 mistakes:")
        .contains("Scopes.space", "Others.unread", "Torn inherits", "Unknown is a policy");
  }

  @Test
  void ofAGuardedResourceThatIsNoBeanTheRequestHasToTellAllArguments() {
    assertThat(SecuredUse.mistakes(Guarded.class, Set.of(Resource.class), Set.of()))
        .singleElement()
        .asString()
        .startsWith(HERE + "Resource.body is guarded, and its class is no CDI bean")
        .contains("@RequestScoped");
    assertThat(SecuredUse.mistakes(Guarded.class, Set.of(Resource.class), Set.of(Resource.class)))
        .isEmpty();
  }

  @Test
  void wordsOfJsr250ThatContradictEachOtherOnOneElementAreAMistakeWhereTheyAreOurs() {
    assertThat(mistakes(Words.class)).isEmpty();
    assertThat(SecuredWords.mistakes(Set.of(Words.class), new Demands(true)))
        .containsExactlyInAnyOrder(
            HERE + "Words.torn: @PermitAll and @RolesAllowed contradict each other: leave one",
            HERE + "Words.nobody: @RolesAllowed names no role: name one, or say @DenyAll",
            HERE
                + "Words.closed: @Secured contradicts the @PermitAll or @DenyAll beside it: leave"
                + " one");
  }

  @Test
  void aMistakeOnAnInterfaceOfABeanIsFoundToo() {
    assertThat(mistakes(Wrong.class)).singleElement().asString().contains("Api.asked: @Fresh");
  }

  interface Api {
    @Fresh("P1M")
    void asked();
  }

  @ApplicationScoped
  static class Wrong implements Api {
    @Override
    public void asked() {}
  }

  @Test
  void aFinalMethodThatIsInheritedIsAsOpenAsAnOwn() {
    assertThat(
            SecuredUse.mistakes(Secured.class, Set.of(Inheriting.class), Set.of(Inheriting.class)))
        .singleElement()
        .asString()
        .startsWith(HERE + "Inheriting inherits " + HERE + "WithFinal.asked, which is final");
  }

  @Test
  void aDefaultMethodIsSeenByNoInterceptorUnlessTheClassOverridesIt() {
    assertThat(
            SecuredUse.mistakes(Secured.class, Set.of(Defaulting.class), Set.of(Defaulting.class)))
        .containsExactly(
            HERE
                + "Defaulting inherits "
                + HERE
                + "WithDefault.asked, a default method, which no interceptor stands before:"
                + " override it");
    assertThat(SecuredUse.mistakes(Secured.class, Set.of(Defaulted.class), Set.of(Defaulted.class)))
        .isEmpty();
  }

  interface WithDefault {
    @Secured
    default void asked() {}

    default void open() {}
  }

  @ApplicationScoped
  static class Defaulting implements WithDefault {}

  @ApplicationScoped
  static class Defaulted implements WithDefault {
    @Override
    public void asked() {}
  }

  static class WithFinal {
    public final void asked() {}
  }

  @ApplicationScoped
  static class Inheriting extends WithFinal implements One {}
}
