package io.github.sallyport.cache;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import io.github.sallyport.Health;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Wakes other nodes by a topic of Hazelcast's: each message is the number of the change up to which
 * a node has followed.
 *
 * <p>A topic, and no entry of a map: a map's entry has an owner among the members, and whoever puts
 * a value waits for that one, though it has just died. A topic is nobody's: a message is handed to
 * the connections there are, and that is all. It keeps nothing, and may lose what it is given, as a
 * wake-up may. Listeners stay where they are: no class of ours reaches another member.
 *
 * <p>Loaded only where a cluster is set; with {@link HazelcastConfiguration} and {@link
 * HazelcastNumbers} all that sees Hazelcast.
 */
final class HazelcastWakeUps implements WakeUps {
  static final String TOPIC = "sallyport.changes";

  private static final System.Logger LOG = System.getLogger("sallyport.cache");
  private static final String BY_NAME = "hazelcast:";
  private static final String BY_JNDI = "jndi:";
  private static final String PART = "cluster";
  private static final String MARK = "sallyport.mark";

  private final HazelcastInstance instance;
  private final boolean ours;
  private final LongConsumer told;
  private final ITopic<Object> topic;
  private final UUID listener;
  private final UUID membership;
  private final UUID life;
  private volatile boolean closed;

  private HazelcastWakeUps(HazelcastInstance instance, boolean ours, LongConsumer told) {
    this.instance = instance;
    this.ours = ours;
    this.told = told;
    this.topic = instance.getTopic(TOPIC);
    this.listener = topic.addMessageListener(this::heard);
    this.membership = instance.getCluster().addMembershipListener(new Members());
    this.life = instance.getLifecycleService().addLifecycleListener(this::lives);
    sayWhoIsThere();
  }

  /** See {@link WakeUps#open}. */
  static WakeUps open(String uri, ClassLoader application, LongConsumer told) {
    if (uri.startsWith(BY_NAME)) return offered(named(uri.substring(BY_NAME.length())), told);
    if (uri.startsWith("java:")) return offered(lookUp(uri), told);
    if (uri.startsWith(BY_JNDI)) return offered(lookUp(uri.substring(BY_JNDI.length())), told);
    Config config = HazelcastConfiguration.read(uri, application);
    return aside(() -> started(config, told));
  }

  private static HazelcastInstance named(String name) {
    HazelcastInstance instance = Hazelcast.getHazelcastInstanceByName(name);
    if (instance != null) return instance;
    throw new IllegalStateException(
        "sallyport.cluster.uri: no instance of Hazelcast called %s runs here; there are [%s]. An instance of the server's is seen only where the application has no Hazelcast of its own in WEB-INF/lib"
            .formatted(
                name,
                Hazelcast.getAllHazelcastInstances().stream()
                    .map(HazelcastInstance::getName)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  // The name is the deployer's own setting; no request has a part in it.
  @SuppressWarnings("BanJNDI")
  private static HazelcastInstance lookUp(String name) {
    Object found;
    try {
      found = InitialContext.doLookup(name);
    } catch (NamingException e) {
      throw new IllegalStateException(
          "sallyport.cluster.uri: the container has nothing under the name " + name, e);
    }
    if (found instanceof HazelcastInstance instance) return instance;
    throw new IllegalStateException(
        "sallyport.cluster.uri: what the container has under "
            + name
            + " is no instance of the Hazelcast that this application sees; if it has one of its"
            + " own in WEB-INF/lib, leave that out");
  }

  /** Uses an instance that somebody else started, and ends. */
  private static WakeUps offered(HazelcastInstance instance, LongConsumer told) {
    List<String> openings = openings(instance);
    if (!openings.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "the cluster''s member {0}, which is not ours, is open: {1}",
          instance.getName(),
          String.join("; ", openings));
    }
    return new HazelcastWakeUps(instance, false, told);
  }

  private static List<String> openings(HazelcastInstance instance) {
    try {
      return HazelcastConfiguration.openings(instance.getConfig());
    } catch (UnsupportedOperationException e) {
      return List.of(); // a client, on which nobody calls
    }
  }

  /** Uses the instance of the configuration's name, if one runs, else starts it. */
  private static WakeUps started(Config config, LongConsumer told) {
    Object mark = new Object(); // of the JDK's: it holds no class of ours in a server's instance
    config.getUserContext().put(MARK, mark);
    HazelcastInstance instance;
    try {
      instance =
          config.getInstanceName() == null
              ? Hazelcast.newHazelcastInstance(config)
              : Hazelcast.getOrCreateHazelcastInstance(config);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "no member of the cluster "
              + config.getClusterName()
              + " could be started. Until the next deployment this node and the others notice each"
              + " other's changes by sallyport.store.poll alone",
          e);
      return new Nobody();
    }
    if (instance.getUserContext().get(MARK) != mark) return offered(instance, told);
    try {
      return new HazelcastWakeUps(instance, true, told);
    } catch (RuntimeException | Error e) {
      instance.shutdown();
      throw e;
    }
  }

  @Override
  public void announce(long position) {
    // Never waits: it is the reader of the changes that calls, and its silence would refuse.
    topic.publishAsync(position);
  }

  @Override
  public SharedNumbers numbers() {
    return new HazelcastNumbers(instance);
  }

  @Override
  public Health.Part health() {
    if (!instance.getLifecycleService().isRunning()) return Nobody.HEALTH;
    int members = instance.getCluster().getMembers().size();
    return new Health.Part(
        PART,
        members == 1 ? Health.Status.DEGRADED : Health.Status.UP,
        members == 1
            ? "No other member is there: changes are noticed by sallyport.store.poll alone."
            : members + " members.");
  }

  /** Runs on a thread of Hazelcast's. Whatever was sent, a read will tell. */
  private void heard(Message<Object> message) {
    told.accept(position(message));
  }

  private static long position(Message<Object> message) {
    try {
      if (message.getMessageObject() instanceof Long position) return position;
      LOG.log(Level.DEBUG, "a message to the topic {0} is no number", TOPIC);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "a message to the topic " + TOPIC + " can't be read", e);
    }
    return UNKNOWN;
  }

  private void sayWhoIsThere() {
    int members = instance.getCluster().getMembers().size();
    if (members == 1) {
      LOG.log(
          Level.WARNING,
          "no other member of the cluster is there yet: until one joins, other nodes'' changes are"
              + " noticed by sallyport.store.poll alone ({0})",
          instance.getName());
    } else {
      LOG.log(Level.INFO, "the cluster has {0} members ({1})", members, instance.getName());
    }
  }

  /** Whoever ends an instance that we use, or Hazelcast itself, does not ask us. */
  private void lives(LifecycleEvent event) {
    if (closed || event.getState() != LifecycleState.SHUTDOWN) return;
    LOG.log(
        Level.WARNING,
        "the cluster''s member {0} has ended: until the next deployment other nodes'' changes are"
            + " noticed by sallyport.store.poll alone",
        instance.getName());
  }

  @Override
  public void close() {
    closed = true;
    if (!instance.getLifecycleService().isRunning()) return;
    if (ours) {
      aside(Executors.callable(instance::shutdown));
    } else {
      topic.removeMessageListener(listener);
      instance.getCluster().removeMembershipListener(membership);
      instance.getLifecycleService().removeLifecycleListener(life);
    }
  }

  /**
   * Runs this on a thread that ends with it. Hazelcast leaves a whole node in a {@link ThreadLocal}
   * of whoever starts or ends it, which would be the server's thread, and would hold a web
   * application there that has gone.
   */
  private static <T> T aside(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, "sallyport-cluster", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(HazelcastWakeUps.class.getClassLoader());
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // half a start or half an end would leave its threads
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) throw unchecked;
      if (e.getCause() instanceof Error error) throw error;
      throw new AssertionError("nothing else is thrown", e.getCause());
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /** Says when the cluster grows or shrinks: the one sign that it does not form. */
  private static final class Members implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      say(event);
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      say(event);
    }

    private void say(MembershipEvent event) {
      LOG.log(Level.INFO, "the cluster now has {0} members", event.getMembers().size());
    }
  }

  /** Where no member could be started. */
  private static final class Nobody implements WakeUps, SharedNumbers {
    static final Health.Part HEALTH =
        new Health.Part(
            PART,
            Health.Status.DEGRADED,
            "No member runs here: changes are noticed by sallyport.store.poll alone.");

    @Override
    public void announce(long position) {}

    @Override
    public SharedNumbers numbers() {
      return this;
    }

    @Override
    public long[] read(String name) {
      throw new IllegalStateException("no member of the cluster runs here");
    }

    @Override
    public boolean replace(String name, long @Nullable [] before, long[] after, Duration life) {
      throw new IllegalStateException("no member of the cluster runs here");
    }

    @Override
    public long millis() {
      return 0;
    }

    @Override
    public Health.Part health() {
      return HEALTH;
    }

    @Override
    public void close() {}
  }
}
