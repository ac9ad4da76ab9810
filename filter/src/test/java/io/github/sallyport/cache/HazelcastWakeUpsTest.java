package io.github.sallyport.cache;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import io.github.sallyport.testing.LogCapture;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one node makes of its member. What nodes make of each other is shown by processes. */
@Tag("slow")
@SuppressWarnings("try") // a node that is there is all that some tests need of it
class HazelcastWakeUpsTest {
  private static final CacheSettings SETTINGS =
      new CacheSettings(Duration.ofHours(1), 100, Duration.ofHours(1), Duration.ofHours(1));
  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

  @TempDir Path folder;

  private final List<Long> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void endAll() {
    Hazelcast.shutdownAll();
    System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
  }

  @Test // catalogue S17
  void aMemberListensOnTheNetworkThatWasNamedAndNowhereElse() throws IOException {
    int port = freePort();
    try (WakeUps node = open(configuration("alone", port))) {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      for (InetAddress address : otherAddresses()) {
        assertThatThrownBy(() -> new Socket(address, port).close())
            .as("%s", address)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aNodeThatIsAloneSaysSoAndServes() throws IOException {
    try (WakeUps node = open(configuration("alone", freePort()))) {
      node.announce(8);
      assertThat(LogCapture.messages("sallyport.cache", Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("no other member of the cluster is there yet: until one joins, other nodes'");
    }
  }

  @Test
  void aMemberThatCannotStartIsAWarningAndNoMore() throws IOException {
    Set<Thread> before = threads();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        WakeUps node = open(configuration("taken", taken.getLocalPort()))) {
      node.announce(8);
      assertThat(LogCapture.messages("sallyport.cache", Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("no member of the cluster taken could be started. Until the next deployment");
    }
    await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  @Test
  void closingLeavesNoThreadNoBeanAndNoInstance() throws IOException, JMException {
    Set<Thread> before = threads();
    WakeUps node = open(configuration("short", freePort()));
    assertThat(threads()).isNotEqualTo(before);

    node.close();
    node.close();

    assertThat(Hazelcast.getAllHazelcastInstances()).isEmpty();
    assertThat(
            ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("com.hazelcast*:*"), null))
        .isEmpty();
    await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  @Test
  void whoeverHearsANumberIsToldItAndAnythingElseIsToldAsSomethingUnknown() throws IOException {
    try (WakeUps node = open(configuration("forged", freePort()))) {
      for (Object forged : new Object[] {"8", -7L, new Forged(), new long[] {8}, 8}) {
        member().getTopic(HazelcastWakeUps.TOPIC).publish(forged);
      }
      node.announce(9);

      await().untilAsserted(() -> assertThat(told).contains(9L));
      assertThat(told)
          .containsExactly(
              WakeUps.UNKNOWN, -7L, WakeUps.UNKNOWN, WakeUps.UNKNOWN, WakeUps.UNKNOWN, 9L);
      assertThat(Forged.made).isFalse();
    }
  }

  @Test
  void aStormOfMessagesDuringAReadIsOneReadMore() throws Exception {
    HandFeed store = new HandFeed();
    CountDownLatch all = new CountDownLatch(1);
    try (Caches caches = Caches.open(SETTINGS, store, store.nanos::get);
        AutoCloseable joined =
            caches.join(configuration("storm", freePort()), getClass().getClassLoader())) {
      ITopic<Object> topic = member().getTopic(HazelcastWakeUps.TOPIC);
      int before = store.reads.get();
      store.duringRead = () -> awaitQuietly(all);

      for (long i = 0; i < 20_000; i++) topic.publish(1000 + i);
      await()
          .until(
              () -> topic.getLocalTopicStats().getReceiveOperationCount(),
              heard -> heard == 20_000);
      assertThat(store.reads).hasValue(before + 1);
      all.countDown();

      await().until(store.reads::get, reads -> reads == before + 2);
      caches.close();
      assertThat(store.reads).hasValue(before + 2);
    }
  }

  @Test
  void anInstanceOfTheServersIsUsedByItsNameAndGoesOnWithoutUs() throws IOException {
    HazelcastInstance servers = serversInstance();
    int threads = threads().size();

    try (WakeUps node = open(new ClusterSettings("hazelcast:servers"))) {
      servers.getTopic(HazelcastWakeUps.TOPIC).publish(9L);
      await().untilAsserted(() -> assertThat(told).containsExactly(9L));
      assertThat(Hazelcast.getAllHazelcastInstances()).containsExactly(servers);
      assertThat(threads()).hasSizeLessThan(threads + 10); // a second member has dozens
    }

    assertThat(servers.getLifecycleService().isRunning()).isTrue();
    servers.getTopic(HazelcastWakeUps.TOPIC).publish(10L);
    await()
        .until(
            () ->
                servers
                    .getTopic(HazelcastWakeUps.TOPIC)
                    .getLocalTopicStats()
                    .getPublishOperationCount(),
            published -> published == 2);
    assertThat(told).containsExactly(9L);
  }

  @Test
  void anInstanceOfTheServersIsUsedByItsJndiName() throws IOException {
    System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
    BOUND.put("payara/Hazelcast", serversInstance());
    BOUND.put("java:comp/env/cluster", member());
    BOUND.put("java:comp/env/other", "text");

    for (String uri : List.of("jndi:payara/Hazelcast", "java:comp/env/cluster")) {
      try (WakeUps node = open(new ClusterSettings(uri))) {
        assertThat(Hazelcast.getAllHazelcastInstances()).hasSize(1);
      }
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> open(new ClusterSettings("java:comp/env/other")))
        .withMessageStartingWith(
            "sallyport.cluster.uri: what the container has under java:comp/env/other is no instance");
    assertThatIllegalStateException()
        .isThrownBy(() -> open(new ClusterSettings("jndi:nothing")))
        .withMessage("sallyport.cluster.uri: the container has nothing under the name nothing");
  }

  @Test
  void anInstanceOfTheConfigurationsNameIsUsedBeforeOneIsStarted() throws IOException {
    HazelcastInstance servers = serversInstance();

    try (WakeUps node = open(configuration("servers", freePort(), "instance-name: servers"))) {
      assertThat(Hazelcast.getAllHazelcastInstances()).containsExactly(servers);
    }

    assertThat(servers.getLifecycleService().isRunning()).isTrue();
  }

  @Test
  void whoStartedAnInstanceOfThatNameEndsIt() throws IOException {
    ClusterSettings same = configuration("shared", freePort(), "instance-name: shared");
    WakeUps first = open(same);
    try (WakeUps second = open(same)) {
      first.announce(9);
      await().untilAsserted(() -> assertThat(told).containsExactly(9L, 9L));
      assertThat(Hazelcast.getAllHazelcastInstances()).hasSize(1);
      first.close();
      assertThat(Hazelcast.getAllHazelcastInstances()).isEmpty();
      second.announce(10);
      assertThat(LogCapture.messages("sallyport.cache", Level.WARNING))
          .last()
          .asString()
          .startsWith("the cluster's member shared has ended: until the next deployment");
    }
  }

  @Test
  void anInstanceThatDoesNotRunStopsTheDeploymentAndThoseThatDoAreNamed() throws IOException {
    HazelcastInstance servers = serversInstance();
    assertThatIllegalStateException()
        .isThrownBy(() -> open(new ClusterSettings("hazelcast:server")))
        .withMessageStartingWith(
            "sallyport.cluster.uri: no instance of Hazelcast called server runs here; there are"
                + " [servers].");
    assertThat(servers.getLifecycleService().isRunning()).isTrue();
  }

  @Test // catalogue S17
  void anInstanceOfTheServersThatIsOpenIsAWarning() throws IOException {
    HazelcastInstance servers = serversInstance();
    try (WakeUps node = open(new ClusterSettings("hazelcast:servers"))) {
      assertThat(LogCapture.messages("sallyport.cache", Level.WARNING).get(0))
          .startsWith(
              "the cluster's member servers, which is not ours, is open: it listens on every")
          .endsWith("no java-serialization-filter says which classes may come over the wire");
    }
    servers.shutdown();
  }

  @Test
  void whereHazelcastIsMissingTheDeploymentStopsAndNamesIt() throws Exception {
    try (URLClassLoader without =
        application(ClassLoader.getPlatformClassLoader(), part -> !part.contains("hazelcast"))) {
      assertThatThrownBy(() -> run(without, Life.class, "cluster.yaml"))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "sallyport.cluster.provider: Hazelcast is missing; add com.hazelcast:hazelcast, 5.7.0"
                  + " or newer, to the application");
    }
  }

  @Test
  void theClassLoaderOfADeploymentThatWasClosedGoes() throws Exception {
    awaitGone(
        deploy(
            ClassLoader.getPlatformClassLoader(),
            part -> true,
            configuration("gone", freePort()).uri()));
  }

  @Test
  void anInstanceOfTheServersHoldsNothingOfADeploymentThatWasClosed() throws Exception {
    String configuration =
        Files.readString(
            Path.of(configuration("server", freePort(), "instance-name: servers").uri()));
    try (URLClassLoader server =
        new URLClassLoader(
            urls(HazelcastWakeUpsTest::isTheServers), ClassLoader.getPlatformClassLoader())) {
      Class<?> config = server.loadClass(Config.class.getName());
      Class<?> hazelcast = server.loadClass(Hazelcast.class.getName());
      Object sound = config.getMethod("loadFromString", String.class).invoke(null, configuration);
      hazelcast.getMethod("newHazelcastInstance", config).invoke(null, sound);
      try {
        awaitGone(deploy(server, part -> !isTheServers(part), "hazelcast:servers"));
      } finally {
        hazelcast.getMethod("shutdownAll").invoke(null);
      }
    }
  }

  private static boolean isTheServers(String part) {
    return part.contains("hazelcast") || part.contains("cache-api");
  }

  private static void awaitGone(WeakReference<ClassLoader> deployment) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(deployment.get()).isNull();
            });
  }

  private static WeakReference<ClassLoader> deploy(
      ClassLoader server, Predicate<String> has, String uri) throws Exception {
    try (URLClassLoader application = application(server, has)) {
      run(application, Life.class, uri);
      return new WeakReference<>(application);
    }
  }

  /** As a web application has them: Sallyport and its libraries, in a class loader of their own. */
  private static URLClassLoader application(ClassLoader server, Predicate<String> has)
      throws IOException {
    return new URLClassLoader(urls(has), server);
  }

  private static URL[] urls(Predicate<String> has) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (has.test(part)) urls.add(Path.of(part).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  private static void run(ClassLoader application, Class<?> type, String uri) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(application);
    try {
      application.loadClass(type.getName()).getMethod("live", String.class).invoke(null, uri);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** What runs within an application. */
  public static final class Life {
    private Life() {}

    public static void live(String uri) {
      ClassLoader own = Life.class.getClassLoader();
      try (WakeUps node = WakeUps.open(new ClusterSettings(uri), own, newest -> {})) {
        node.announce(8);
      }
    }
  }

  /** What nobody may have made of bytes. */
  private static final class Forged implements Serializable {
    private static final long serialVersionUID = 1L;
    private static volatile boolean made;

    private void readObject(ObjectInputStream in) throws IOException {
      made = true;
    }
  }

  private WakeUps open(ClusterSettings settings) {
    return WakeUps.open(settings, getClass().getClassLoader(), told::add);
  }

  private ClusterSettings configuration(String name, int port, String... more) throws IOException {
    String lines = Stream.concat(Stream.of(name), Stream.of(more)).collect(joining("\n  "));
    String text =
        ClusterSettings.EXAMPLE
            .replace("orders-production", lines)
            .replace("5701", Integer.toString(port))
            .replace("10.0.0.11, 10.0.0.12", "127.0.0.1:" + port)
            .replace("10.0.0.*", "127.0.0.1");
    return new ClusterSettings(Files.writeString(folder.resolve(name + ".yaml"), text).toString());
  }

  /** As a server might have it: nobody closed it. */
  private static HazelcastInstance serversInstance() {
    Config config = new Config("servers").setClusterName("servers");
    config
        .getNetworkConfig()
        .setPort(freePort())
        .getJoin()
        .getAutoDetectionConfig()
        .setEnabled(false);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    return Hazelcast.newHazelcastInstance(config);
  }

  private static HazelcastInstance member() {
    return Hazelcast.getAllHazelcastInstances().iterator().next();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.getName().startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  /** A container's names. */
  public static final class Names implements InitialContextFactory {
    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) {
      return (Context)
          Proxy.newProxyInstance(
              Names.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("lookup")) return null;
                Object bound = BOUND.get(arguments[0].toString());
                if (bound == null) throw new NameNotFoundException();
                return bound;
              });
    }
  }
}
