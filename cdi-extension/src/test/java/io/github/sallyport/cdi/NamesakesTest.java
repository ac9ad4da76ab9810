package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Refusal;
import io.github.sallyport.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import org.apache.deltaspike.security.api.authorization.AccessDecisionVoter;
import org.junit.jupiter.api.Test;

/** DeltaSpike and Spring Security have a {@code @Secured} of their own. */
class NamesakesTest {

  @ApplicationScoped
  static class Beside {
    @Secured(scopes = "s")
    @org.apache.deltaspike.security.api.authorization.Secured(AccessDecisionVoter.class)
    @org.springframework.security.access.annotation.Secured("ROLE_ADMIN")
    String all() {
      return "done";
    }

    @org.apache.deltaspike.security.api.authorization.Secured(AccessDecisionVoter.class)
    @org.springframework.security.access.annotation.Secured("ROLE_ADMIN")
    String others() {
      return hidden();
    }

    /** No mistake of ours. */
    @org.springframework.security.access.annotation.Secured("")
    private String hidden() {
      return "done";
    }
  }

  @Test
  void whatOthersCallByTheSameNameIsTheirsAndOursHoldsBesideIt() throws Exception {
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Beside.class)
            .initialize()) {
      Beside bean = container.select(Beside.class).get();

      assertThat(bean.others()).isEqualTo("done");
      assertThat(Callers.as(Callers.key("s"), bean::all)).isEqualTo("done");
      assertThatThrownBy(() -> Callers.as(Callers.key(), bean::all))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.refused().refusal()).isEqualTo(Refusal.SCOPE_INSUFFICIENT));
    }
  }
}
