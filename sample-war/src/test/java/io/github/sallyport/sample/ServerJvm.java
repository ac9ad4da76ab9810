package io.github.sallyport.sample;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What is in the managed server's JVM, as the JVM itself tells it over JMX. */
final class ServerJvm implements AutoCloseable {
  private static final String HOME = System.getProperty("container.home");
  private static final Pattern HISTOGRAM_LINE =
      Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +(\\S+)");

  private final JMXConnector connector;
  private final MBeanServerConnection jvm;

  private ServerJvm(JMXConnector connector, MBeanServerConnection jvm) {
    this.connector = connector;
    this.jvm = jvm;
  }

  // What answers is a JVM that our own test started.
  @SuppressWarnings("BanJNDI")
  static ServerJvm open() {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process().pid()));
      try {
        JMXConnector connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        return new ServerJvm(connector, connector.getMBeanServerConnection());
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new AssertionError("the server's JVM lets nobody look", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Arquillian started it, so it descends from us. */
  private static ProcessHandle process() {
    return ProcessHandle.current()
        .descendants()
        .filter(ServerJvm::isServer)
        .reduce(
            (one, other) -> {
              throw new AssertionError("two servers: " + one.info() + ", " + other.info());
            })
        .orElseThrow(() -> new AssertionError("no process runs the server"));
  }

  private static boolean isServer(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    return info.command().filter(command -> command.endsWith("/java")).isPresent()
        && Arrays.stream(info.arguments().orElseGet(() -> new String[0]))
            .anyMatch(argument -> argument.contains(HOME));
  }

  /**
   * How many class loaders have a class of this name, those included that no collection met yet.
   */
  int copies(Class<?> type) {
    String copy = Pattern.quote(type.getName()) + "/0x\\p{XDigit}+";
    return (int) Pattern.compile(copy).matcher(command("vmClassHierarchy")).results().count();
  }

  /** How many objects there are of each class; collects all garbage first. */
  Map<String, Integer> objects() {
    return HISTOGRAM_LINE
        .matcher(command("gcClassHistogram"))
        .results()
        .collect(
            Collectors.toMap(
                line -> line.group(2), line -> Integer.valueOf(line.group(1)), Integer::sum));
  }

  /** The names of the threads, but those by which we look. */
  List<String> threads() {
    return Arrays.stream(proxy(ThreadMXBean.class).dumpAllThreads(false, false))
        .map(ThreadInfo::getThreadName)
        .filter(name -> !name.startsWith("RMI ") && !name.startsWith("JMX "))
        .toList();
  }

  /** The names of the JMX beans. */
  List<String> beans() {
    try {
      return jvm.queryNames(null, null).stream().map(ObjectName::getCanonicalName).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the heap to a file, in the place of an earlier one. */
  void dumpHeap(Path file) {
    try {
      Files.deleteIfExists(file);
      proxy(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends PlatformManagedObject> T proxy(Class<T> type) {
    try {
      return ManagementFactory.getPlatformMXBean(jvm, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code jcmd} does, under the name that it has there without its dot. */
  private String command(String name) {
    try {
      return (String)
          jvm.invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              name,
              new Object[] {new String[0]},
              new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new AssertionError("the server's JVM does not know " + name, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
