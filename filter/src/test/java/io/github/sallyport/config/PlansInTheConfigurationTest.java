package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.access.PathRule;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.OnFailure;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.Quota;
import io.github.sallyport.testing.LogCapture;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which plans there are, and whose they are. */
class PlansInTheConfigurationTest {
  private static final Plan FREE = new Plan("free", List.of(Limit.of(5, Duration.ofSeconds(1))));
  private static final Plan PRO = new Plan("pro", List.of(Limit.of(9, Duration.ofMinutes(1))));

  private final Deployer deployer = new Deployer();

  private Deployer twoPlans() {
    return deployer
        .property("sallyport.plan.free.limit", "5/PT1S")
        .property("sallyport.plan.pro.limit", "9/PT1M");
  }

  @Test
  void withoutASettingNobodyIsLimited() {
    assertThat(deployer.deploy().limits()).isEqualTo(LimitSettings.NONE);
  }

  @Test
  void plansAreFoundAndNamedForThoseWhoHaveNone() {
    twoPlans().property("sallyport.plan.default", "free").property("sallyport.plan.jwt", "pro");

    SallyportSettings settings = deployer.deploy();

    assertThat(settings.limits()).isEqualTo(new LimitSettings(List.of(FREE, PRO), "free", "pro"));
  }

  @Test
  void aPlanMayHaveAQuotaAndAConcurrencyWithoutALimitAndWithoutBucket4j() {
    deployer
        .without("io.github.bucket4j.")
        .property("sallyport.plan.paid.quota", "1000000/P1M@15[Europe/Zurich]")
        .property("sallyport.plan.few.concurrency", "7");

    assertThat(deployer.deploy().limits().plans())
        .containsExactlyInAnyOrder(
            new Plan("paid", List.of(), Quota.parse("1000000/P1M@15[Europe/Zurich]"), null),
            new Plan("few", List.of(), null, 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5/P1Y", "0/P1M", "5/P1M@32", "5/P1M,6/P1D", "5/P1M[Nowhere/Land]"})
  void whatIsNoQuotaStopsTheDeployment(String quota) {
    deployer.property("sallyport.plan.free.quota", quota);

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.plan.free.quota: \""
                + quota
                + "\" is not a quota, as 1000000/P1M, 1000000/P1M@15[Europe/Zurich] or 5000/P1D: 1"
                + " to 999999999999999 in a month, which may begin on any of its days, or in a day;"
                + " in UTC where no zone is named");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "many", "9999999999", "٣"})
  void whatIsNoConcurrencyStopsTheDeployment(String concurrency) {
    deployer.property("sallyport.plan.free.concurrency", concurrency);

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.plan.free.concurrency: \""
                + concurrency
                + "\" is not a whole number from 1 to 999999999");
  }

  @Test
  void howManyFailuresAnAddressMayHaveIsALimit() {
    assertThat(deployer.deploy().limits().failures())
        .isEqualTo(Limit.of(20, Duration.ofMinutes(1)));
    assertThat(deployer.property("sallyport.limit.failures", "5/PT10S;burst=9").deploy().limits())
        .extracting(LimitSettings::failures)
        .isEqualTo(new Limit(5, Duration.ofSeconds(10), 9));
    for (String wrong : List.of("off", "0/PT1M", "20", "20/P1M", "20/PT1M,5/PT1S")) {
      assertThat(deployer.property("sallyport.limit.failures", wrong).mistakes())
          .singleElement()
          .asString()
          .startsWith("sallyport.limit.failures: \"" + wrong + "\" is not a limit");
    }
  }

  @Test
  void howNodesShareBucketsIsSetForAllPlans() {
    assertThat(deployer.deploy().limits())
        .returns(0, LimitSettings::lease)
        .returns(OnFailure.LOCAL, LimitSettings::onFailure);
    deployer.property("sallyport.limit.lease", "1").property("sallyport.limit.on-failure", "deny");
    assertThat(deployer.deploy().limits())
        .returns(1, LimitSettings::lease)
        .returns(OnFailure.DENY, LimitSettings::onFailure);
    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .contains(
            "sallyport.limit.lease has no effect: there is no cluster.",
            "sallyport.limit.on-failure has no effect: there is no cluster.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "adaptive", "9999999999", "٣"})
  void whatIsNoLeaseStopsTheDeployment(String lease) {
    assertThat(deployer.property("sallyport.limit.lease", lease).mistakes())
        .containsExactly(
            "sallyport.limit.lease: \""
                + lease
                + "\" is not a whole number from 1 to 999999999; leave it out for leases that follow"
                + " the load");
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "Local", "local,deny"})
  void whatIsNoAnswerToAFailureStopsTheDeployment(String answer) {
    assertThat(deployer.property("sallyport.limit.on-failure", answer).mistakes())
        .singleElement()
        .asString()
        .startsWith("sallyport.limit.on-failure: \"" + answer + "\"")
        .contains("local, allow, deny");
  }

  @Test
  void aListOfPlansLeavesOthersOutWithAWarning() {
    twoPlans().property("sallyport.plans", "free");

    assertThat(deployer.deploy().limits().plans()).containsExactly(FREE);
    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .contains("sallyport.plan.pro.limit has no effect: the list of its NAMEs leaves pro out.");
  }

  @Test
  void theEnvironmentMayHaveAllOfIt() {
    deployer
        .variable("SALLYPORT_PLANS", "free")
        .variable("SALLYPORT_PLAN_FREE_LIMIT", "5/PT1S")
        .variable("SALLYPORT_PLAN_DEFAULT", "free");

    assertThat(deployer.deploy().limits())
        .isEqualTo(new LimitSettings(List.of(FREE), "free", null));
  }

  @Test
  void aPlanMayHaveSeveralLimitsEachWithABurst() {
    deployer.property(
        "sallyport.plan.free.limit",
        "100/PT1M;burst=20 , 1/PT1S,999999999/P1D,2/PT2H30M;burst=999999999");

    assertThat(deployer.deploy().limits().plans())
        .containsExactly(
            new Plan(
                "free",
                List.of(
                    new Limit(100, Duration.ofMinutes(1), 20),
                    Limit.of(1, Duration.ofSeconds(1)),
                    Limit.of(999_999_999, Duration.ofDays(1)),
                    new Limit(2, Duration.ofMinutes(150), 999_999_999))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100",
        "100/",
        "/PT1M",
        "100/1m",
        "100/PT0S",
        "100/PT0.5S",
        "100/PT1.5S",
        "100/PT-1M",
        "100/PT24H0M1S",
        "100/P1M",
        "100/PT99999999999999999999S",
        "0/PT1M",
        "-1/PT1M",
        "1e3/PT1M",
        "1000000000/PT1M",
        "99999999999999999999/PT1M",
        "100/PT1M;burst=0",
        "100/PT1M;burst=",
        "100/PT1M;burst=1000000000",
        "100/PT1M;burst=20;burst=20",
        "100/PT1M; burst=20",
        "100/PT1M;size=20",
        "٣/PT1M"
      })
  void whatIsNoLimitStopsTheDeployment(String limit) {
    twoPlans().property("sallyport.plan.free.limit", limit);

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.plan.free.limit: \""
                + limit
                + "\" is not a limit, as 100/PT1M or 100/PT1M;burst=20: 1 to 999999999 permits, in"
                + " a window of whole seconds from PT1S to PT24H");
  }

  @ParameterizedTest
  @CsvSource({
    "'5/PT60S,6/PT1M', has two limits for PT1M; leave one of them",
    "'5/PT1M,5/PT1M', names an element twice",
    "'5/PT1M,', has an empty element; remove the comma",
    "' ', is set but empty; give it a value or remove it"
  })
  void aWrongListOfLimitsStopsTheDeployment(String limits, String fault) {
    deployer.property("sallyport.plan.free.limit", limits);

    assertThat(deployer.mistakes()).containsExactly("sallyport.plan.free.limit: " + fault);
  }

  @Test
  void aPlanWithoutALimitStopsTheDeployment() {
    deployer.property("sallyport.plans", "free,pro").property("sallyport.plan.pro.limit", "9/PT1M");

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.plan.free.limit: is missing; a plan needs at least one limit, as 100/PT1M,"
                + " or a quota, or a concurrency");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "jwt"})
  void aPlanCantBeCalledAsWhatSaysWhosePlanWhichIs(String word) {
    twoPlans();
    assertThat(deployer.property("sallyport.plans", "free,pro," + word).mistakes())
        .containsExactly("sallyport.plans: " + word + " names no plan; take another NAME");
    assertThat(new Deployer().property("sallyport.plan." + word + ".limit", "5/PT1S").mistakes())
        .containsExactly(
            "sallyport.plan."
                + word
                + ".limit: "
                + word
                + " names no plan: sallyport.plan."
                + word
                + " says which plan holds; take another NAME");
  }

  @Test
  void aPlanCantBeCalledAsOneThatIsNotThere() {
    assertThat(deployer.property("sallyport.plan.unknown.quota", "5/P1M").mistakes())
        .containsExactly(
            "sallyport.plan.unknown.limit: that is what plans are called which are not there; take"
                + " another NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "jwt"})
  void aPlanThatIsNotThereHoldsForNobody(String property) {
    String name = "sallyport.plan." + property;
    assertThat(new Deployer().property(name, "free").mistakes())
        .containsExactly(name + ": \"free\" is not a plan; there is none");
    assertThat(twoPlans().property(name, "fee").mistakes())
        .containsExactly(name + ": \"fee\" is not a plan; the nearest known plan is free");
    assertThat(deployer.property("sallyport.plans", "pro").property(name, "free").mistakes())
        .containsExactly(name + ": \"free\" is not a plan; the nearest known plan is pro");
    assertThat(deployer.property(name, "default").mistakes())
        .containsExactly(name + ": \"default\" is not a plan; the nearest known plan is pro");
  }

  @Test
  void allMistakesAreInOneReport() {
    deployer
        .property("sallyport.plan.free.limit", "5")
        .property("sallyport.plan.pro.limits", "5/PT1S")
        .property("sallyport.plan.default", "free")
        .property("sallyport.plan.jwt", "fre")
        .property("sallyport.plan.free.quota", "5");

    assertThat(deployer.mistakes())
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactlyInAnyOrder(
            "sallyport.plan.free.limit",
            "sallyport.plan.pro.limits",
            "sallyport.plan.jwt",
            "sallyport.plan.free.quota");
  }

  @Test
  void theExampleOfTheDocumentationIsAsItSays() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "plans.md"));
    Properties example = new Properties();
    int begin = page.indexOf("```properties\n") + "```properties\n".length();
    example.load(new StringReader(page.substring(begin, page.indexOf("```\n", begin))));
    example.forEach((name, value) -> deployer.property((String) name, (String) value));

    SallyportSettings settings = deployer.deploy();

    assertThat(settings.limits())
        .isEqualTo(
            new LimitSettings(
                List.of(
                    FREE,
                    new Plan(
                        "pro",
                        List.of(
                            Limit.of(1000, Duration.ofSeconds(1)),
                            new Limit(20_000, Duration.ofMinutes(1), 2_000)))),
                "free",
                "pro",
                LimitSettings.FAILURES,
                5));
    assertThat(settings.access().rules()).extracting(PathRule::cost).containsExactly(5);
  }

  @Test
  void aPlanNeedsBucket4j() {
    twoPlans().without("io.github.bucket4j.");

    assertThat(deployer.mistakes())
        .contains(
            "sallyport.plan.free.limit: needs Bucket4j, which is not there: add"
                + " com.bucket4j:bucket4j_jdk17-core to the application");
    assertThat(new Deployer().without("io.github.bucket4j.").deploy().limits())
        .isEqualTo(LimitSettings.NONE);
  }

  @Test
  void aRequestCostsOnePermitWhereNothingIsSaid() {
    twoPlans().property("sallyport.access.a.paths", "/a");
    assertThat(deployer.deploy().access().rules()).extracting(PathRule::cost).containsExactly(1);

    deployer.property("sallyport.access.a.cost", "5");
    assertThat(deployer.deploy().access().rules()).extracting(PathRule::cost).containsExactly(5);
    deployer.property("sallyport.access.a.policy", "optional");
    assertThat(deployer.deploy().access().rules()).extracting(PathRule::cost).containsExactly(5);
  }

  @ParameterizedTest
  @CsvSource({
    "authenticated, 0, '\"0\" is not a whole number from 1 to 999999999'",
    "authenticated, 9999999999, '\"9999999999\" is not a whole number from 1 to 999999999'",
    "permit, 2, goes with the policies authenticated and optional only",
    "deny, 2, goes with the policies authenticated and optional only",
    "authenticated, 6, '6 is more than a bucket of the plan free ever holds, which is 5: nobody"
        + " under it would be let in'"
  })
  void aCostThatCantBePaidStopsTheDeployment(String policy, String cost, String fault) {
    twoPlans()
        .property("sallyport.access.a.paths", "/a")
        .property("sallyport.access.a.policy", policy)
        .property("sallyport.access.a.cost", cost);

    assertThat(deployer.mistakes()).containsExactly("sallyport.access.a.cost: " + fault);
  }

  @Test
  void aCostWithoutAnyPlanEarnsAWarning() {
    deployer
        .property("sallyport.access.a.paths", "/a")
        .property("sallyport.access.a.cost", "2")
        .deploy();

    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .contains("sallyport.access.a.cost has no effect: there is no plan.");
  }
}
