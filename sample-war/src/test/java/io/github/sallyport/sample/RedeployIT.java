package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.cache.ClusterSettings;
import io.github.sallyport.sample.beside.BesideServlet;
import io.github.sallyport.sample.redeploy.Door;
import io.github.sallyport.sample.redeploy.DoorServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application that goes leaves nothing in the server's JVM. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RedeployIT {
  private static final String ALONE = "redeploy";
  private static final String IN_A_CLUSTER = "redeploycluster";
  private static final String BESIDE = "beside";
  private static final int TIMES = 20;
  private static final int WORKERS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Path HEAP = Container.data("redeploy.hprof");

  /** What runs in the application, without inner classes; a server may have some of it itself. */
  private static final Pattern OURS =
      Pattern.compile(
          "(io\\.github\\.(sallyport|bucket4j)|com\\.(hazelcast|zaxxer)|org\\.(ehcache|h2))\\.[^$]*");

  @ArquillianResource Deployer deployer;

  @Deployment(name = ALONE, managed = false, testable = false)
  static WebArchive alone() {
    return application(ALONE);
  }

  /** Twice as large, and twice as long in starting. */
  @Deployment(name = IN_A_CLUSTER, managed = false, testable = false)
  static WebArchive inACluster() {
    return Container.withHazelcast(
        application(
            IN_A_CLUSTER,
            "sallyport.cluster.provider",
            "hazelcast",
            "sallyport.cluster.uri",
            member().toString()));
  }

  /** With all that has threads, connections, or entries in what the whole JVM shares. */
  private static WebArchive application(String name, String... more) {
    TestIssuers.open();
    return Container.war(
            name,
            "/*",
            Stream.concat(
                    Stream.of(
                        "sallyport.api-key.pepper",
                        "cmVkZXBsb3kgcGVwcGVyLCB0aGlydHktdHdvIGJ5dGVzIG9yIG1vcmU",
                        "sallyport.audit.sink",
                        "jdbc",
                        "sallyport.plan.all.limit",
                        "1000/PT1M",
                        "sallyport.plan.all.quota",
                        "1000/P1D",
                        "sallyport.plan.default",
                        "all",
                        "sallyport.plan.jwt",
                        "all",
                        "sallyport.token.issuer",
                        "http://localhost/" + name),
                    Stream.of(more))
                .toArray(String[]::new))
        .addPackage(Door.class.getPackage());
  }

  @Deployment(name = BESIDE, managed = false, testable = false)
  static WebArchive beside() {
    return ShrinkWrap.create(WebArchive.class, BESIDE + ".war")
        .addPackage(BesideServlet.class.getPackage())
        .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
  }

  /** The configuration of a member that is alone. */
  private static Path member() {
    int port = RunningSample.freePort();
    String member =
        ClusterSettings.EXAMPLE
            .replace("5701", Integer.toString(port))
            .replace("10.0.0.11, 10.0.0.12", "127.0.0.1:" + port)
            .replace("10.0.0.*", "127.0.0.1");
    try {
      Path file = Container.data(IN_A_CLUSTER + ".yaml");
      Files.createDirectories(file.getParent());
      return Files.writeString(file, member);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Tag("slow")
  void twentyRedeploymentsLeaveNothing() throws IOException {
    // Open Liberty has every authentication mechanism in ModulePropertiesUtils.ModuleToHam for
    // good.
    assumeThat(Server.HERE)
        .as("tried on Tomcat and WildFly")
        .matches(here -> here == Server.TOMCAT || here == Server.TOMCAT10 || here.isWildFly());
    try (ServerJvm server = ServerJvm.open()) {
      deployer.deploy(BESIDE);
      Contents before = await().atMost(PATIENCE).until(() -> lookAgain(server), Contents::isQuiet);
      deployer.undeploy(BESIDE);

      for (int i = 0; i < TIMES; i++) {
        String name = i % 5 == 0 ? IN_A_CLUSTER : ALONE;
        deployer.deploy(name);
        try {
          isAnswered(name);
          if (name.equals(IN_A_CLUSTER)) lookInto(server).isMoreThan(before);
        } finally {
          deployer.undeploy(name);
        }
      }

      deployer.deploy(BESIDE);
      try {
        await().atMost(PATIENCE).untilAsserted(() -> lookAgain(server).isNoMoreThan(before));
      } catch (ConditionTimeoutException e) {
        server.dumpHeap(HEAP);
        throw e;
      } finally {
        deployer.undeploy(BESIDE);
      }
    }
  }

  private static void isAnswered(String name) {
    String key = Container.adminKey(Container.data(name));
    get(Container.uri(name), "/door").key(key).send().isOk();
    // Its issuer's keys come over HTTP, a moment after the deployment.
    String token = TestIssuers.machine("robot").es256(TestIssuers.machines().getPrivate());
    Http.Answer answer =
        await()
            .atMost(PATIENCE)
            .until(
                () -> get(Container.uri(name), "/door").bearer(token).send(),
                there -> there.status() != 503);
    assertThat(answer.isOk().body()).isEqualTo("robot");
  }

  /** Once the server has had something else to do. */
  private static Contents lookAgain(ServerJvm server) {
    // Each of WildFly's workers has the request that it served last in a frame of its stack.
    for (int i = 0; i < WORKERS; i++) get(Container.uri(BESIDE), "/beside").send().isOk();
    return lookInto(server);
  }

  private static Contents lookInto(ServerJvm server) {
    Map<String, Integer> objects = server.objects();
    return new Contents(
        server.copies(DoorServlet.class),
        objects.getOrDefault("java.sql.DriverInfo", 0),
        kinds(server.threads()),
        kinds(server.beans()),
        objects.keySet().stream()
            .filter(OURS.asMatchPredicate())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Names that differ by their numbers alone are one. */
  private static Set<String> kinds(Collection<String> names) {
    return names.stream()
        .map(name -> name.replaceAll("\\d+", "#"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Where an application may leave something.
   *
   * @param loaders its class loaders: each holds all its classes
   * @param drivers in the list of {@link java.sql.DriverManager}
   * @param beans of JMX
   * @param classes with objects, as cache managers and members of Hazelcast
   */
  private record Contents(
      int loaders, int drivers, Set<String> threads, Set<String> beans, Set<String> classes) {
    private static final Contents NOTHING = new Contents(0, 0, Set.of(), Set.of(), Set.of());

    /** Other tests' applications are gone, and so are the threads that outlive them for seconds. */
    boolean isQuiet() {
      return threads.stream().noneMatch(name -> name.startsWith("HttpClient"));
    }

    /** What runs is seen, so that its absence means something. */
    void isMoreThan(Contents before) {
      assertThat(loaders).isPositive();
      assertThat(drivers).isGreaterThan(before.drivers);
      assertThat(difference(threads, before.threads)).contains("sallyport-feed");
      // Another test's application may be held yet, by an idle worker.
      assertThat(classes)
          .contains(
              "com.hazelcast.instance.impl.HazelcastInstanceImpl",
              "com.zaxxer.hikari.pool.HikariPool",
              "org.ehcache.core.EhcacheManager");
    }

    void isNoMoreThan(Contents before) {
      assertThat(
              new Contents(
                  loaders,
                  Math.max(0, drivers - before.drivers),
                  difference(threads, before.threads),
                  difference(beans, before.beans),
                  difference(classes, before.classes)))
          .as("what is left (the heap will be in %s)", HEAP)
          .isEqualTo(NOTHING);
    }

    private static Set<String> difference(Set<String> all, Set<String> without) {
      Set<String> rest = new TreeSet<>(all);
      rest.removeAll(without);
      return rest;
    }
  }
}
